"""Text cells become HTML in which nothing runs and nothing is fetched."""

import pytest

from rlsstudy.deliver.markdown import Heading, is_safe_link, render_markdown


def test_title_is_cut_out_and_headings_get_ids():
    text = render_markdown("# A *title*\n\nFirst\nparagraph.\n\n## One\n\nMore.", "s")

    assert text.title == "A title"
    assert text.lead == "First paragraph."
    assert text.headings == (Heading("s-3", "One", 2),)
    assert text.html == '<p>First\nparagraph.</p>\n<h2 id="s-3">One</h2>\n<p>More.</p>\n'


def test_text_without_title_has_none():
    assert render_markdown("Only text.", "s").title is None


def test_links_between_notebooks_lead_to_pages():
    assert 'href="01_the_cohort.html"' in render_markdown("[b](01_the_cohort.ipynb)", "s").html


def test_raw_html_is_shown_as_text():
    html = render_markdown("a <script>alert(1)</script>\n\n<iframe src=x></iframe>", "s").html

    assert html == (
        "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>&lt;iframe src=x&gt;&lt;/iframe&gt;</p>\n"
    )


def test_pictures_are_not_fetched():
    assert "<img" not in render_markdown("![a](https://example.org/a.png)", "s").html


@pytest.mark.parametrize("address", ["page.html", "#part", "https://example.org/a?b=c:d", "a/b.html"])
def test_link_that_leads_somewhere_is_kept(address):
    assert is_safe_link(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "data:image/svg+xml,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://example.org",
        "//example.org",
        "\\\\example.org",
        "mailto:a@example.org",
    ],
)
def test_link_that_could_do_more_is_refused(address):
    assert not is_safe_link(address)
