from mops_cli.channels.mjml import MjmlOptions, compile_mjml
from mops_cli.channels.mjml.places import plain_locate

PAGE = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


def compiled(source, **options):
    return compile_mjml(source, locate=plain_locate("mail.mjml", source), options=MjmlOptions(**options))


def test_a_document_compiles_without_asking_another_host():
    result = compiled(PAGE.format("<mj-text>Hello jx00001exj</mj-text>"))
    assert result.diagnostics == []
    assert "Hello jx00001exj" in result.html
    assert "googleapis" not in result.html
