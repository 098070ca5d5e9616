### Kurze Texte, die mehrere Nachrichten teilen. Ganze Sätze stehen in der jeweiligen Nachricht.

-brand = Aurora
-letter = den Monatsbrief


foot-line = Montags geröstet, vor Sonnenaufgang, am Morgenkai in Hamburg.
foot-why = { $topic ->
    [letter] Du bekommst { -letter }, weil du { -brand } darum gebeten hast.
    [product-news] Du bekommst das, weil du wissen willst, wann es neuen Kaffee gibt.
    [events] Du bekommst das, weil du Abende in der Rösterei magst.
   *[other] Du bekommst das, weil du ein Konto bei { -brand } hast.
}
foot-unsubscribe = Abmelden
foot-preferences = Themen wählen
foot-view = Im Browser ansehen

mops-unsubscribe = Abmelden
mops-preferences = Themen wählen
mops-view = Im Browser ansehen

event-date = Wann
event-place = Wo
event-price = Preis
event-seats = Plätze

voucher-code = Code
voucher-until = Gültig bis

## Hängt von der Person ab und wird beim Senden entschieden.
points = { $count ->
    [0] Noch keine Tüte. Die erste ist die beste.
    [one] Eine Tüte bis jetzt. Ein Anfang.
   *[other] { $count } Tüten bis jetzt.
}
