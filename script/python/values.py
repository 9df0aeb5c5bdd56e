"""Values of the code as JSON, with the place of what is none."""
from json import dumps, loads

VALUE_DEPTH = 256


class NotJson(Exception):
    """A value cannot go through the socket."""


class TooLarge(Exception):
    """A value takes more bytes than it may."""


def json_value(value, name, place="", around=()):
    """The value in types of JSON; raises NotJson with the place of what is none."""

    def refuse(what):
        return NotJson(f"{name} must be JSON, and {'its ' + place if place else 'it'} is {what}")

    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        if not -(1 << 63) <= value < 1 << 64:
            raise refuse("an int of more than 64 bits: write float(value) or str(value)")
        return int(value)
    if isinstance(value, float):
        return float(value) if value - value == 0 else None
    if isinstance(value, str):
        try:
            str.encode(value, "utf-8")
        except UnicodeEncodeError:
            raise refuse("a str with half of a surrogate pair") from None
        return str.__str__(value)
    if not isinstance(value, (dict, list, tuple)):
        raise refuse(f"of type {type(value).__name__}")
    if id(value) in around:
        raise refuse("a value that contains itself")
    if len(around) >= VALUE_DEPTH:
        raise refuse(f"deeper than {VALUE_DEPTH} levels")
    around = (*around, id(value))
    if isinstance(value, dict):
        members = {}
        for key, member in dict.items(value):
            if not isinstance(key, str):
                raise refuse(f"a dict with a key of type {type(key).__name__}")
            key = json_value(key, name, place)
            members[key] = json_value(member, name, f"{place}.{key}", around)
        return members
    return [json_value(item, name, f"{place}[{index}]", around) for index, item in enumerate(value)]


def json_text(value, name, limit):
    text = dumps(json_value(value, name), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if len(text) > limit or len(text.encode()) > limit:
        raise TooLarge(f"{name} takes more than {limit} bytes as JSON")
    return text
