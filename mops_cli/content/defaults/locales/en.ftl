# Words of the default layouts. A project overrides them by id in content/locales/en.ftl.

mops-unsubscribe = Unsubscribe
mops-preferences = Preferences
mops-view = View in browser
mops-read-more = Read more
