# Words of the default layouts. A project overrides them by id in content/locales/fr.ftl.

mops-unsubscribe = Se désabonner
mops-preferences = Préférences
mops-view = Voir dans le navigateur
mops-read-more = En savoir plus
