# Words of the default layouts. A project overrides them by id in content/locales/es.ftl.

mops-unsubscribe = Darse de baja
mops-preferences = Preferencias
mops-view = Ver en el navegador
mops-read-more = Saber más
