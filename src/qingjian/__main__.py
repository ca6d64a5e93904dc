"""`python -m qingjian` is the command line."""

from qingjian.cli import main

main()
