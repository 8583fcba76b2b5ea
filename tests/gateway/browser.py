"""A person's browser as far as a sign-in needs one: follows redirects, keeps cookies, fills in the form of a page and sends it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx


@dataclass
class Form:
    """One form of a page, with what it holds before anybody types."""

    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])


class _Forms(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._menu = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(said.get("action", "")))
        elif self.found:
            fields = self.found[-1].fields
            if tag == "input" and said.get("name"):
                fields[said["name"]] = said.get("value", "")
            elif tag == "select":
                self._menu = said.get("name", "")
            elif tag == "option" and self._menu and said.get("value"):
                fields.setdefault(self._menu, said["value"])


class Browser:
    """One window; see `browser`."""

    def __init__(self, client: httpx.Client) -> None:
        """Show nothing yet."""
        self._client = client
        self.page: httpx.Response | None = None

    def open(self, url: str) -> None:
        """Go to an address."""
        self.page = self._client.get(url)

    @property
    def text(self) -> str:
        """What the page says."""
        assert self.page is not None
        return self.page.text

    def send(self, **typed: str) -> None:
        """Send the page's form, with what is typed in or pressed."""
        assert self.page is not None
        forms = _Forms()
        forms.feed(self.page.text)
        assert len(forms.found) == 1, f"{self.page.url.path} answers {self.page.status_code}: {self.page.text[:500]}"
        form = forms.found[0]
        here = self.page.url
        sent_from = {"Origin": f"{here.scheme}://{here.netloc.decode()}"}
        self.page = self._client.post(here.join(form.action), data={**form.fields, **typed}, headers=sent_from)


@contextmanager
def browser() -> Generator[Browser]:
    """Give a window of a browser that has been nowhere yet."""
    with httpx.Client(follow_redirects=True, timeout=30, headers={"Accept": "text/html"}) as client:
        yield Browser(client)
