"""
What the transparency database (API v1) takes, field by field: its API page, else field notes.

Beside the exporter, never from it: nothing here is imported from `qingjian.reports`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

VISIBILITY = {"DECISION_VISIBILITY_OTHER"} | {
    f"DECISION_VISIBILITY_CONTENT_{one}"
    for one in ("REMOVED", "DISABLED", "DEMOTED", "LABELLED")
    + ("AGE_RESTRICTED", "INTERACTION_RESTRICTED")
}
MONETARY = {f"DECISION_MONETARY_{one}" for one in ("SUSPENSION", "TERMINATION", "OTHER")}
PROVISION = {
    f"DECISION_PROVISION_{much}_{what}"
    for much in ("PARTIAL", "TOTAL")
    for what in ("SUSPENSION", "TERMINATION")
}
ACCOUNT = {"DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"}
CONTENT = {
    f"CONTENT_TYPE_{one}"
    for one in ["APP", "AUDIO", "IMAGE", "PRODUCT", "SYNTHETIC_MEDIA", "TEXT", "VIDEO", "OTHER"]
}
SOURCES = {
    "SOURCE_ARTICLE_16",
    "SOURCE_TRUSTED_FLAGGER",
    "SOURCE_TYPE_OTHER_NOTIFICATION",
    "SOURCE_VOLUNTARY",
}
AUTOMATED = {f"AUTOMATED_DECISION_{one}" for one in ("FULLY", "PARTIALLY", "NOT_AUTOMATED")}
_BY_CATEGORY = """
ANIMAL_WELFARE: ANIMAL_HARM UNLAWFUL_SALE_ANIMALS
CONSUMER_INFORMATION: HIDDEN_ADVERTISEMENT INSUFFICIENT_INFORMATION_ON_TRADERS
  MISLEADING_INFO_GOODS_SERVICES MISLEADING_INFO_CONSUMER_RIGHTS NONCOMPLIANCE_PRICING
CYBER_VIOLENCE: CYBER_BULLYING_INTIMIDATION CYBER_HARASSMENT CYBER_INCITEMENT CYBER_STALKING
  NON_CONSENSUAL_IMAGE_SHARING NON_CONSENSUAL_MATERIAL_DEEPFAKE
CYBER_VIOLENCE_AGAINST_WOMEN: BULLYING_AGAINST_GIRLS CYBER_HARASSMENT_AGAINST_WOMEN
  CYBER_STALKING_AGAINST_WOMEN FEMALE_GENDERED_DISINFORMATION INCITEMENT_AGAINST_WOMEN
  NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN
DATA_PROTECTION_AND_PRIVACY_VIOLATIONS: BIOMETRIC_DATA_BREACH DATA_FALSIFICATION
  MISSING_PROCESSING_GROUND RIGHT_TO_BE_FORGOTTEN
ILLEGAL_OR_HARMFUL_SPEECH: DEFAMATION DISCRIMINATION HATE_SPEECH
INTELLECTUAL_PROPERTY_INFRINGEMENTS: COPYRIGHT_INFRINGEMENT DESIGN_INFRINGEMENT
  GEOGRAPHIC_INDICATIONS_INFRINGEMENT PATENT_INFRINGEMENT TRADE_SECRET_INFRINGEMENT
  TRADEMARK_INFRINGEMENT
NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS: MISINFORMATION_DISINFORMATION VIOLATION_EU_LAW
  VIOLATION_NATIONAL_LAW
NOT_SPECIFIED_NOTICE:
OTHER_VIOLATION_TC: ADULT_SEXUAL_MATERIAL AGE_SPECIFIC_RESTRICTIONS GEOGRAPHICAL_REQUIREMENTS
  GOODS_SERVICES_NOT_PERMITTED LANGUAGE_REQUIREMENTS NUDITY
PROTECTION_OF_MINORS: AGE_SPECIFIC_RESTRICTIONS_MINORS CHILD_SEXUAL_ABUSE_MATERIAL
  CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE GROOMING_SEXUAL_ENTICEMENT_MINORS UNSAFE_CHALLENGES
RISK_FOR_PUBLIC_SECURITY: ILLEGAL_ORGANIZATIONS RISK_ENVIRONMENTAL_DAMAGE RISK_PUBLIC_HEALTH
  TERRORIST_CONTENT
SCAMS_AND_FRAUD: IMPERSONATION_ACCOUNT_HIJACKING INAUTHENTIC_ACCOUNTS INAUTHENTIC_LISTINGS
  INAUTHENTIC_USER_REVIEWS PHISHING PYRAMID_SCHEMES
SELF_HARM: CONTENT_PROMOTING_EATING_DISORDERS SELF_MUTILATION SUICIDE
UNSAFE_AND_PROHIBITED_PRODUCTS: PROHIBITED_PRODUCTS UNSAFE_PRODUCTS
VIOLENCE: COORDINATED_HARM INCITEMENT_VIOLENCE_HATRED HUMAN_EXPLOITATION HUMAN_TRAFFICKING
  TRAFFICKING_WOMEN_GIRLS
"""
KEYWORDS: Mapping[str, frozenset[str]] = {
    f"STATEMENT_CATEGORY_{name}": frozenset(f"KEYWORD_{w}" for w in words.split())
    for name, words in re.findall(r"^(\w+):((?: .*|\n  .*)*)", _BY_CATEGORY, re.M)
}
ENDS = {
    "end_date_visibility_restriction": "decision_visibility",
    "end_date_monetary_restriction": "decision_monetary",
    "end_date_service_restriction": "decision_provision",
    "end_date_account_restriction": "decision_account",
}
REQUIRED = {
    *("decision_ground", "content_type", "category", "content_date", "application_date"),
    *("decision_facts", "source_type", "automated_detection", "automated_decision", "puid"),
}
GROUNDS = {
    "DECISION_GROUND_ILLEGAL_CONTENT": (
        "illegal_content_legal_ground",
        "illegal_content_explanation",
    ),
    "DECISION_GROUND_INCOMPATIBLE_CONTENT": (
        "incompatible_content_ground",
        "incompatible_content_explanation",
    ),
}
KNOWN = REQUIRED | ENDS.keys() | set(ENDS.values()) | {n for two in GROUNDS.values() for n in two}
KNOWN |= {"content_type_other", "category_addition", "category_specification"}


def faults(made: Mapping[str, Any]) -> list[str]:
    """Give what the database would refuse in a statement."""
    told = [f"no {name}" for name in sorted(REQUIRED - made.keys())]
    told += [f"{name} is unknown" for name in sorted(made.keys() - KNOWN)]
    if told:
        return told
    told += _enumerated(made) + _worded(made) + _dated(made)
    if not set(ENDS.values()) & made.keys():
        told.append("no restriction")
    if re.fullmatch(r"[a-zA-Z0-9-_]{1,500}", made["puid"]) is None:
        told.append("puid")
    return told


def _enumerated(made: Mapping[str, Any]) -> list[str]:
    lists = {"decision_visibility": VISIBILITY, "content_type": CONTENT}
    lists["category_addition"] = set(KEYWORDS)
    lists["category_specification"] = set(KEYWORDS.get(made["category"], ()))
    told = [n for n, of in lists.items() if n in made and not (made[n] and set(made[n]) <= of)]
    singles = {
        **{"decision_monetary": MONETARY, "decision_provision": PROVISION},
        **{"decision_account": ACCOUNT, "category": set(KEYWORDS), "source_type": SOURCES},
        **{"decision_ground": set(GROUNDS), "automated_decision": AUTOMATED},
        "automated_detection": {"Yes", "No"},
    }
    told += [n for n, of in singles.items() if n in made and made[n] not in of]
    other = "CONTENT_TYPE_OTHER" in made["content_type"]
    return told + ["content_type_other"] * (other != ("content_type_other" in made))


def _worded(made: Mapping[str, Any]) -> list[str]:
    ground, explanation = GROUNDS[made["decision_ground"]]
    lengths = {"decision_facts": 5000, ground: 500, explanation: 2000}
    if "content_type_other" in made:
        lengths["content_type_other"] = 500
    told = [n for n, most in lengths.items() if not 0 < len(made.get(n, "")) <= most]
    others = {n for two in GROUNDS.values() for n in two} - {ground, explanation}
    return told + sorted(others & made.keys())


def _dated(made: Mapping[str, Any]) -> list[str]:
    told = []
    for name in sorted({"content_date", "application_date", *ENDS} & made.keys()):
        day = made[name]
        fits = re.fullmatch(r"\d{4}-\d\d-\d\d", day) and date.fromisoformat(day)
        if not fits or fits < date(2020, 1, 1):
            told.append(name)
        elif name in ENDS and (ENDS[name] not in made or day < made["application_date"]):
            told.append(f"{name} ends nothing")
    return told
