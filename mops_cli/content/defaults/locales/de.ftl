# Words of the default layouts. A project overrides them by id in content/locales/de.ftl.

mops-unsubscribe = Abmelden
mops-preferences = Einstellungen
mops-view = Im Browser ansehen
mops-read-more = Mehr erfahren
