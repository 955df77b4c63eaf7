"""The page on which a developer chooses who to be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from localalb.login.flow import State


class Wrong(Exception):
    """What was written is no identity; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the fields of the page hold, as text."""

    sub: str = "local-user"
    email: str = "user@example.com"
    name: str = "Local User"
    others: str = '{"groups": ["developers"]}'

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Choice:
        """Of a form's fields; what it lacks is empty."""
        return cls(*(form.get(name, "") for name in ("sub", "email", "name", "claims")))

    def more(self) -> dict[str, Any]:
        """The further claims. Raises `Wrong`."""
        try:
            found = json.loads(self.others or "{}")
        except (ValueError, RecursionError) as error:
            raise Wrong(f"the further claims are no JSON: {error}") from None
        if not isinstance(found, dict):
            raise Wrong('the further claims are no JSON object, such as {"groups": ["admins"]}')
        return found

    def claims(self) -> dict[str, Any]:
        """The claims about who is chosen. Raises `Wrong`."""
        if not self.sub.isprintable() or not self.sub.strip():
            raise Wrong("sub is empty: write what tells this user from others, such as a number or a name")
        known = {"sub": self.sub, "email": self.email, "name": self.name}
        return {name: value for name, value in known.items() if value} | self.more() | {"sub": self.sub}


_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }
label { display: block; margin: 1rem 0 }
label span { display: block; font-weight: 600 }
input, textarea { width: 100%; box-sizing: border-box; font: inherit; padding: .4rem; border: 1px solid #888 }
textarea { font-family: monospace; font-size: 14px }
button { font: inherit; padding: .4rem 1.2rem; margin-right: .5rem }
[role=alert] { border-left: 4px solid #b00; padding-left: .6rem }
small { color: #555 }
"""


def render(state: State, sealed: str, choice: Choice, wrong: str = "") -> str:
    """The page, for a login; `wrong` is what to mend."""
    alert = f'<p role="alert">{escape(wrong)}</p>' if wrong else ""
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Log in - localalb</title><style>{_STYLE}</style></head>
<body>
<h1>Who do you want to be?</h1>
<p>localalb stands in for the OpenID provider <b>{escape(state.issuer)}</b>.
It believes what you write, and sends you back to <b>{escape(state.url)}</b>.</p>
{alert}
<form method="post" action="/authorize">
<input type="hidden" name="request" value="{escape(sealed)}">
<label><span>sub</span><input name="sub" value="{escape(choice.sub)}" required autofocus></label>
<label><span>email</span><input name="email" value="{escape(choice.email)}"></label>
<label><span>name</span><input name="name" value="{escape(choice.name)}"></label>
<label><span>further claims, as JSON</span>
<textarea name="claims" rows="4" spellcheck="false">{escape(choice.others)}</textarea></label>
<button>Log in</button><button name="deny" value="1" formnovalidate>Deny</button>
</form>
<p><small>Client {escape(state.client)}. Nothing of this leaves your machine.</small></p>
</body>
</html>
"""
