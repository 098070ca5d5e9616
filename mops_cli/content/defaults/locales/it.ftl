# Words of the default layouts. A project overrides them by id in content/locales/it.ftl.

mops-unsubscribe = Annulla l’iscrizione
mops-preferences = Preferenze
mops-view = Apri nel browser
mops-read-more = Scopri di più
