"""The project in which mistakes are planted: small, valid, and with every kind of file in it.

``hello`` is a mail with what derives from it, ``post`` speaks on social, push and chat, ``flyer`` is on paper.
A scene is one of them with all that is shared, so that a case runs only the channels it is about.
"""

from __future__ import annotations

import base64
import textwrap
from pathlib import Path

import mops_cli

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGM4YROKFTEMLQkAU5VFga1nJYkAAAAASUVORK5CYII="
)
FONT = Path(mops_cli.__file__).parent / "content/starter/brand/fonts/HankenGrotesk-Regular.ttf"

SHARED = {
    "mops.toml": """\
        [project]
        id = "demo"
        name = "Demo & Sons"
        url = "https://demo.example"
        locales = ["en", "de"]
        fallback_zone = "Europe/Berlin"

        [senders.news]
        name = "Demo"
        email = "news@demo.example"

        [senders.text]
        number = "Demo"

        [topics.news]
        title = "News"

        [fields.contact.first_name]
        type = "text"

        [fields.contact.email]
        type = "email"
        nullable = false

        [fields.contact.points]
        type = "integer"

        [fields.contact.credit]
        type = "money"

        [fields.contact.since]
        type = "date"

        [fields.contact.picks]
        type = "list"
        nullable = false
        items = {name = "text", price = "money", url = "url"}

        [events.purchase.amount]
        type = "money"

        [destinations.feed]
        channel = "social"
        platform = "mastodon"

        [sms]
        short_link_host = "go.demo.example"
        opt_out = {en = "Reply STOP to opt out", de = "Abmelden: STOPP"}

        [push]
        name = "Demo"
        icon = "brand/mark.svg"
        """,
    "brand/brand.tokens.yaml": """\
        color:
          $type: color
          night: {$value: {colorSpace: srgb, components: [0.05, 0.15, 0.3], hex: "#0d264d"}}
          sun: {$value: {colorSpace: srgb, components: [0.96, 0.7, 0.1], hex: "#f5b31a"}}
          paper: {$value: {colorSpace: srgb, components: [1, 1, 1], hex: "#ffffff"}}
          accent: {$value: "{color.night}"}
          link: {$value: "{color.accent}"}
        space:
          $type: dimension
          m: {$value: {value: 16, unit: px}}
        """,
    "brand/identity.yaml": """\
        legal_name: Demo & Sons Ltd
        address: {street: 1 Sample Street, postal_code: "12345", city: Sampleton, country: Exampleland}
        logos:
          mark: {file: brand/mark.svg, alt: Demo, on: any}
        """,
    "brand/voice.yaml": """\
        tone: [Short and friendly.]
        rules:
          - {avoid: utilise, use: use, why: we speak plainly}
        """,
    "brand/fonts.yaml": """\
        roles:
          body:
            family: Hanken Grotesk
            fallback: [Arial, sans-serif]
            licence: OFL-1.1
            licence_file: brand/fonts/OFL.txt
            files:
              - {file: brand/fonts/HankenGrotesk-Regular.ttf, weight: 400}
        """,
    "brand/fonts/OFL.txt": "SIL Open Font License\n",
    "brand/fonts/HankenGrotesk-Regular.ttf": FONT.read_bytes(),
    "brand/mark.svg": """\
        <svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
          <circle cx="32" cy="32" r="30" fill="#0d264d"/>
        </svg>
        """,
    "content/personas/ada.yaml": """\
        title: Ada
        locale: en
        country: DE
        contact:
          first_name: Ada
          email: ada@people.example
          points: 7
          credit: 12.5
          since: "2024-03-01"
          picks:
            - {name: Tesfa, price: 14.5, url: "https://demo.example/tesfa"}
        """,
    "content/personas/nobody.yaml": """\
        title: Nobody in particular
        contact: {email: n@people.example, picks: []}
        """,
    "segments/everyone.yaml": """\
        title: Everyone
        where: {all: []}
        """,
}

HELLO = {
    "segments/regulars.yaml": """\
        title: Regulars
        where:
          all:
            - event: purchase
            - not: {segment: everyone}
        """,
    "content/locales/en.ftl": """\
        closing = Yours
        signed = { closing }, { $name }
        """,
    "content/locales/de.ftl": """\
        closing = Herzlich
        signed = { closing }, { $name }
        """,
    "content/snippets/legal.md": "Prices include tax.\n",
    "content/assets/picture.png": PNG,
    "content/blocks/card/block.yaml": """\
        title: Card
        description: One thing and where to get it.
        body: optional
        props:
          name: {type: text, required: true}
          href: {type: url}
          count: {type: integer, default: 3}
          side: {type: choice, choices: [left, right], default: left}
          items: {type: list}
        examples:
          - {name: Tesfa, href: "https://demo.example/tesfa"}
        """,
    "content/blocks/card/email.mjml": """\
        <mj-section>
          <mj-column>
            <mj-text>[[ props.name ]]</mj-text>
            [% if props.href %]
            <mj-button href="[[ props.href ]]">[[ props.name ]]</mj-button>
            [% endif %]
            [[ body ]]
          </mj-column>
        </mj-section>
        """,
    "content/blocks/card/html.html": """\
        <div class="card">
        <p>[[ props.name ]]</p>
        [[ body ]]
        </div>
        """,
    "content/blocks/card/text.txt": """\
        [[ props.name ]]
        [[ body ]]
        """,
    "content/layouts/email/letter.mjml": """\
        <mjml lang="[[ locale ]]" dir="[[ direction ]]">
          <mj-head>
            <mj-title>[[ message.subject ]]</mj-title>
            <mj-preview>[[ message.preheader ]]</mj-preview>
            <mj-attributes>
              <mj-all font-family="[[ fonts.body ]]" />
              <mj-text color="[[ tokens.color.night ]]" />
            </mj-attributes>
          </mj-head>
          <mj-body background-color="[[ tokens.color.paper ]]">
            [[ content ]]
            <mj-section>
              <mj-column>
                <mj-text>
                  [[ brand.legal_name ]], [[ brand.address.street ]], [[ brand.address.postal_code ]] [[ brand.address.city ]], [[ brand.address.country ]]
                  <a href="{{ links.unsubscribe }}">[[ t("mops-unsubscribe") ]]</a>
                </mj-text>
              </mj-column>
            </mj-section>
          </mj-body>
        </mjml>
        """,
    "campaigns/hello/campaign.yaml": """\
        title: Hello
        topic: news
        audience: {segment: regulars}
        channels:
          email: {layout: letter, sender: news}
          sms: {sender: text, max_segments: 2}
          web: {layout: base}
        schedule: {at: 2027-01-05 07:30, zone: contact, fallback_zone: Europe/Berlin, not_after: 6 hours}
        goal: {event: purchase, within: 14 days, revenue: amount}
        utm: {source: mops, campaign: "[[ campaign.id ]]"}
        """,
    "campaigns/hello/message.md": """\
        ---
        subject: "{{ contact.first_name | default('Good morning') }}, a new coffee is here"
        preheader: Tesfa came in on Monday and is on the shelf
        headline: Tesfa is here
        summary: Tesfa is here. Order by Sunday and delivery is free.
        link: https://demo.example/tesfa
        ---
        # Tesfa is here

        Dear {{ contact.first_name | default("friend") }},

        you have {{ contact.points | default(0) }} points.

        ::: card name="Tesfa" href="[[ link ]]"
        Apricot and *bergamot*.
        :::

        {% for pick in contact.picks %}
        - {{ pick.name | default("A coffee") }}
        {% endfor %}

        ![Three coffee bags](assets/picture.png)

        {% if contact.points %}
        [Use your points](https://demo.example/points)
        {% endif %}

        [[ t("signed", name="Ida") ]]

        [% include "snippets/legal.md" %]
        """,
    "campaigns/hello/message.de.md": """\
        ---
        subject: Ein neuer Kaffee ist da
        preheader: Der Tesfa kam am Montag an und steht im Regal
        headline: Tesfa ist da
        summary: Tesfa ist da. Bis Sonntag liefern wir frei Haus.
        link: https://demo.example/de/tesfa
        ---
        # Tesfa ist da

        Guten Morgen {{ contact.first_name | default("du") }}.
        """,
}

POST = {
    "campaigns/post/art.svg": """\
        <svg xmlns="http://www.w3.org/2000/svg" width="[[ width ]]" height="[[ height ]]" viewBox="0 0 [[ width ]] [[ height ]]">
          <rect width="[[ width ]]" height="[[ height ]]" fill="[[ tokens.color.night ]]"/>
          <text x="10" y="40" font-family="Hanken Grotesk" font-size="30" fill="[[ tokens.color.paper ]]">[[ headline ]]</text>
        </svg>
        """,
    "campaigns/post/campaign.yaml": """\
        title: Post
        topic: news
        locales: [en]
        audience: {segment: everyone}
        channels:
          social: {art: art.svg, platforms: [mastodon], destinations: [feed]}
          push: {ttl: 1 day, urgency: normal}
          chat: {adapters: [slack, telegram, discord, whatsapp], template: tesfa, category: marketing}
        """,
    "campaigns/post/message.md": """\
        ---
        headline: Tesfa is here
        summary: Tesfa is here. Order by Sunday and delivery is free.
        link: https://demo.example/tesfa
        social:
          text: Tesfa is here.
          alt: "The words: Tesfa is here"
        ---
        # Tesfa is here

        Dear {{ contact.first_name | default("friend") }}, order by *Sunday*.
        """,
}

FLYER = {
    "campaigns/flyer/campaign.yaml": """\
        title: Flyer
        topic: news
        locales: [en]
        audience: {segment: everyone}
        channels:
          pdf: {layout: base, page: A5}
          print: {layout: flyer, page: A6, bleed: 3mm, marks: [crop]}
        """,
    "campaigns/flyer/message.md": """\
        ---
        headline: Tesfa is here
        summary: Tesfa is here.
        link: https://demo.example/tesfa
        ---
        # Tesfa is here

        Order by Sunday.
        """,
}

SCENES = {"hello": HELLO, "post": POST, "flyer": FLYER}


def scene(name: str) -> dict[str, str | bytes]:
    """The files of a scene, as they are written."""
    files = SHARED | SCENES[name]
    return {path: textwrap.dedent(text) if isinstance(text, str) else text for path, text in files.items()}
