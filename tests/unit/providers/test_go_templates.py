"""Go's template code as text; that Go reads it so is shown by tests/integration/test_go_templates.py."""

from __future__ import annotations

from newsletter.providers import go_templates

HTML, TEXT = go_templates.dialects({"first_name": ".Name"}, lambda name: f".Attribs.{name}")


def test_a_column_that_a_reader_lacks_leaves_nothing():
    assert HTML.write("{town}", "x") == "{{ with .Attribs.town }}{{ . }}{{ end }}"
    assert TEXT.write("{town}", "x") == "{{ with .Attribs.town }}{{ . | toString | Safe }}{{ end }}"


def test_words_stand_in():
    assert HTML.write("{town|here}", "x") == "{{ with .Attribs.town }}{{ . }}{{ else }}here{{ end }}"
    assert TEXT.write("{first_name|you}", "x") == "{{ with .Name }}{{ . | toString | Safe }}{{ else }}you{{ end }}"


def test_code_becomes_words():
    assert go_templates.escape("{{ x }} a@TrackLink {") == '{{ "{{" }} x }} a@{{ "TrackLink" }} {{ "{" }}'
    assert TEXT.write("a <b>", "x") == 'a {{ Safe "<" }}b>'


def test_comments_are_printed_but_not_those_of_a_style():
    html = "<style>a{}<!-- kept --></style><p>x</p><!--[if mso]>{first_name}<![endif]-->"
    code = go_templates.whole_html(html, lambda text: HTML.write(text, "x"))
    printed = '{{ Safe "<!--[if mso]>" }}{{ .Name }}{{ Safe "<![endif]-->" }}'
    assert code == f"<style>a{{}}<!-- kept --></style><p>x</p>{printed}"
    bare = go_templates.whole_html("<!--{first_name}-->{first_name}", lambda text: HTML.write(text, "x"))
    assert bare == '{{ Safe "<!--" }}{{ .Name }}{{ Safe "-->" }}{{ .Name }}'
