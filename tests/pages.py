"""What a page's form holds when it is opened, read by a parser and not by a pattern."""

from lxml import html


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form that is sent to an address, as a browser would send them untouched."""
    for form in html.document_fromstring(page).iter("form"):
        if isinstance(form, html.FormElement) and form.action == action:
            return {str(name): str(value) for name, value in form.form_values()}
    raise AssertionError(f"the page has no form for {action}")


def texts_of(page: str, tag: str) -> list[str]:
    """What stands in the elements of a kind, in their order."""
    return [
        "".join(map(str, one.itertext())).strip()
        for one in html.document_fromstring(page).iter(tag)
    ]


def actions_of(page: str) -> list[str]:
    """Where the forms of a page are sent."""
    forms = html.document_fromstring(page).iter("form")
    return [str(form.get("action")) for form in forms]
