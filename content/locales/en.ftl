### Short strings that several messages share. Whole sentences of a message live in its message file.

-brand = Aurora
-letter = the monthly letter


foot-line = Roasted on Mondays, before sunrise, at the Morgenkai in Hamburg.
foot-why = { $topic ->
    [letter] You get { -letter } because you asked { -brand } for it.
    [product-news] You get this because you want to know when there is a new coffee.
    [events] You get this because you like an evening at the roastery.
   *[other] You get this because you have an account with { -brand }.
}
foot-unsubscribe = Unsubscribe
foot-preferences = Choose what you get
foot-view = View in browser

mops-unsubscribe = Unsubscribe
mops-preferences = Choose what you get
mops-view = View in browser

event-date = When
event-place = Where
event-price = Price
event-seats = Places

voucher-code = Code
voucher-until = Good until

## Depends on the person, so it is decided when the mail is sent.
points = { $count ->
    [0] No bags yet. The first one is the best one.
    [one] One bag so far. A beginning.
   *[other] { $count } bags so far.
}
