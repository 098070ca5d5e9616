# Words of the default layouts. A project overrides them by id in content/locales/nl.ftl.

mops-unsubscribe = Afmelden
mops-preferences = Voorkeuren
mops-view = Bekijk in de browser
mops-read-more = Lees meer
