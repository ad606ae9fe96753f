"""Negations of languages nobody wrote a phrase file for.

They only ever make the matcher stricter, so a gap costs a question more and a word too many costs nothing else.
"""

from __future__ import annotations

KNOWN_NEGATIONS = {
    "ar": "لا ليس ليست غير بدون بلا مش مو ما لم لن دون عدا إلا",
    "bg": "не без нито никой няма нищо",
    "ca": "no sense cap ni mai excepte",
    "cs": "ne bez není žádný žádná žádné nikdy kromě nechci",
    "da": "nej ikke uden ingen intet aldrig undtagen",
    "de": "nein nicht kein keine keinen keinem keiner keines ohne nie niemals weder außer",
    "el": "όχι δεν μη μην χωρίς κανένα καμία κανένας ποτέ ούτε εκτός",
    "fa": "نه نیست ندارم ندارد نداریم نمی نمیخواهم بدون بی بجز جز هیچ هیچکدام فاقد",
    "fi": "ei en emme eivät ilman älä paitsi",
    "fr": "non ne pas n sans aucun aucune jamais ni sauf rien",
    "he": "לא אין בלי ללא אף חוץ",
    "hi": "नहीं ना न मत बिना बगैर सिवाय कोई नहीं",
    "hu": "nem nincs nélkül ne sem soha kivéve",
    "id": "tidak bukan tanpa jangan tak belum kecuali",
    "it": "no non senza nessun nessuno nessuna mai né tranne niente",
    "ms": "tidak bukan tanpa jangan tak belum kecuali",
    "nb": "nei ikke uten ingen aldri unntatt",
    "nl": "nee niet geen zonder nooit noch behalve",
    "no": "nei ikke uten ingen aldri unntatt",
    "pl": "nie bez żaden żadna żadne nigdy ani oprócz brak",
    "pt": "não nao sem nenhum nenhuma nunca nem exceto menos",
    "ro": "nu fără niciun nicio niciodată nici",
    "ru": "не нет без ни никогда никакой кроме нету",
    "sv": "nej inte utan ingen inga inget aldrig förutom",
    "sw": "hapana si hakuna bila sio siyo",
    "th": "ไม่ ไม่มี ไม่ใช่ ไม่เอา ยกเว้น",
    "tr": "hayır değil yok olmadan hiç istemiyorum hariç ne olmasın",
    "uk": "не ні немає без ніколи крім",
    "ur": "نہیں نہ بغیر بنا سوائے مت",
    "vi": "không chưa đừng chẳng trừ",
}
"""Language code -> its words that turn a label or a reply round, as people type them, with blanks between."""

KNOWN_ENDINGS = {
    "en": ("less", "free"),
    "de": ("los", "lose", "frei", "freie"),
    "nl": ("loos", "vrij"),
    "sv": ("los", "fri"),
    "tr": ("siz", "suz"),
    "az": ("siz", "suz"),
    "hu": ("talan", "telen", "mentes"),
    "fi": ("ton", "vapaa"),
}
"""Language code -> folded endings that turn a word round, as in "sugarless"."""

KNOWN_PARTS = (*"不无無没沒非免", "なし", "ない", "ません", "以外", *"없않", "아니", "못", "ไม่")
"""What turns a word round from inside, in scripts that glue a negation to the word."""
