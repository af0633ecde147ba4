"""What a page's form holds when it is opened, read by a parser and not by a pattern."""

from lxml import html


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form that is sent to an address, as a browser would send them untouched."""
    for form in html.document_fromstring(page).iter("form"):
        if isinstance(form, html.FormElement) and form.action == action:
            return {str(name): str(value) for name, value in form.form_values()}
    raise AssertionError(f"the page has no form for {action}")
