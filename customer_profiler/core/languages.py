"""Choosing the language of a conversation (design, section 6).

The words below let a person who cannot read the present language find the way out of it: whoever types
the word "language" in any of the content's languages is offered all of them. Whoever types "stop" in any of them
is heard too, also in one of which the bot has no phrases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from customer_profiler.core.folding import fold

WORD_FOR_LANGUAGE = {
    "af": "taal", "ar": "اللغة", "az": "dil", "be": "мова", "bg": "език", "bn": "ভাষা", "bs": "jezik",
    "ca": "idioma", "cs": "jazyk", "cy": "iaith", "da": "sprog", "de": "sprache", "el": "γλώσσα",
    "en": "language", "es": "idioma", "et": "keel", "eu": "hizkuntza", "fa": "زبان", "fi": "kieli",
    "fil": "wika", "fr": "langue", "ga": "teanga", "gl": "lingua", "gu": "ભાષા", "he": "שפה", "hi": "भाषा",
    "hr": "jezik", "hu": "nyelv", "hy": "լեզու", "id": "bahasa", "is": "tungumál", "it": "lingua",
    "ja": "言語", "ka": "ენა", "kk": "тіл", "km": "ភាសា", "kn": "ಭಾಷೆ", "ko": "언어", "ky": "тил",
    "lo": "ພາສາ", "lt": "kalba", "lv": "valoda", "mk": "јазик", "ml": "ഭാഷ", "mn": "хэл", "mr": "भाषा",
    "ms": "bahasa", "my": "ဘာသာစကား", "nb": "språk", "ne": "भाषा", "nl": "taal", "no": "språk",
    "pa": "ਭਾਸ਼ਾ", "pl": "język", "pt": "idioma", "ro": "limbă", "ru": "язык", "si": "භාෂාව",
    "sk": "jazyk", "sl": "jezik", "sq": "gjuha", "sr": "језик", "sv": "språk", "sw": "lugha", "ta": "மொழி",
    "te": "భాష", "th": "ภาษา", "tr": "dil", "uk": "мова", "ur": "زبان", "uz": "til", "vi": "ngôn ngữ",
    "zh": "语言", "zu": "ulimi",
}  # fmt: skip

WORDS_FOR_STOP = {
    "af": ("stop", "hou op"), "ar": ("توقف", "قف", "أوقف", "إلغاء الاشتراك"), "be": ("стоп", "спыніць"),
    "bg": ("стоп", "спри", "отписване"), "bn": ("থামুন", "বন্ধ"), "bs": ("stop", "zaustavi"),
    "ca": ("atura", "aturar", "prou"), "cs": ("stop", "zastavit", "odhlásit"), "cy": ("stopio",),
    "da": ("stop", "afmeld"), "de": ("stop", "stopp", "aufhören", "abmelden", "abbestellen"),
    "el": ("στοπ", "σταμάτα", "διακοπή", "διαγραφή"), "et": ("stopp", "lõpeta"), "eu": ("gelditu",),
    "fa": ("توقف", "بس", "بس کن", "لغو", "لغو اشتراک"), "fi": ("lopeta", "peruuta"),
    "fil": ("tigil", "hinto"), "fr": ("stop", "arrêt", "arrête", "arrêter", "arrêtez", "me désabonner"),
    "ga": ("stad",), "gl": ("parar", "para", "basta"), "he": ("עצור", "עצרי", "הפסק", "הסר"),
    "hi": ("रुको", "रुकें", "रोकें", "बंद करो", "बंद करें"), "hr": ("stop", "stani", "zaustavi", "odjava"),
    "hu": ("stop", "állj", "leiratkozás"), "id": ("berhenti", "setop"), "is": ("stopp", "hætta"),
    "it": ("stop", "basta", "ferma", "fermati", "smetti"), "ja": ("停止", "ストップ", "配信停止", "やめて"),
    "ko": ("중지", "정지", "그만", "수신거부"), "lt": ("stop", "stabdyti"), "lv": ("stop", "beigt"),
    "mk": ("стоп", "запри"), "ms": ("berhenti",), "nb": ("stopp", "avslutt", "meld av"),
    "nl": ("stop", "stoppen", "afmelden"), "no": ("stopp", "avslutt", "meld av"),
    "pl": ("stop", "zatrzymaj", "koniec", "wypisz"), "pt": ("parar", "pare", "para", "sair", "cancelar inscrição"),
    "ro": ("stop", "oprește", "dezabonare"), "ru": ("стоп", "остановить", "хватит", "отписаться"),
    "sk": ("stop", "zastaviť", "odhlásiť"), "sl": ("stop", "ustavi", "odjava"), "sq": ("ndal", "ndalo"),
    "sr": ("стоп", "стани", "одјава"), "sv": ("stopp", "sluta", "avsluta", "avregistrera"), "sw": ("acha", "simama"),
    "ta": ("நிறுத்து",), "th": ("หยุด", "ยกเลิก"), "tr": ("dur", "durdur", "iptal"),
    "uk": ("стоп", "зупинити", "відписатися"), "ur": ("رکیں", "رک جائیں", "بس"), "uz": ("to'xta",),
    "vi": ("dừng", "dừng lại", "ngừng", "hủy đăng ký"), "zh": ("停止", "退订", "取消订阅", "停止訂閱"),
}  # fmt: skip

Autonym = Callable[[str], str]
"""Language code -> the language's own name ("es" -> "español"); empty for a code it does not know."""


def asks_for_language(text: str, languages: Iterable[str]) -> bool:
    """Tell whether the reply is the word "language" in English or in any of the languages."""
    words = {fold(WORD_FOR_LANGUAGE[code]) for code in (*map(base_code, languages), "en") if code in WORD_FOR_LANGUAGE}
    return fold(text) in words


def asks_to_stop(text: str, languages: Iterable[str]) -> bool:
    """Tell whether the reply is a word for "stop" in any of the languages."""
    typed = fold(text)
    return any(
        typed in (fold(word), fold(word, base))
        for base in map(base_code, languages)
        for word in WORDS_FOR_STOP.get(base, ())
    )


def named_language(text: str, languages: Iterable[str], autonym: Autonym) -> str:
    """Give the code of the language whose own name the reply is, or an empty text."""
    typed = fold(text)
    return next((code for code in languages if typed and typed == fold(autonym(code))), "")


def choose_language(languages: Iterable[str], *wishes: str) -> str:
    """Give the first wish (the profile's language, then the channel's locale) the content has.

    A locale such as ``es_ES`` is met by ``es``. Without a match the content's first language is given.
    """
    available = tuple(languages)
    by_code = {code.lower(): code for code in reversed(available)}
    for wish in wishes:
        for candidate in (wish.replace("_", "-").lower(), base_code(wish)):
            if candidate in by_code:
                return by_code[candidate]
    return available[0]


def base_code(code: str) -> str:
    """Give the language of a code that may name a region: ``pt-BR`` -> ``pt``."""
    return code.replace("_", "-").partition("-")[0].lower()
