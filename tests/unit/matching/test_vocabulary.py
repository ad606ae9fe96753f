"""Replies in languages with few small words, or none."""

from __future__ import annotations

import pytest

from customer_profiler.adapters.number_words import number_words
from customer_profiler.core.words import Words
from tests.unit.matching.samples import COCHES, SPANISH, chosen


@pytest.mark.parametrize(
    ("language", "labels", "reply", "options"),
    [
        ("tr", ["Çocuk yok", "Bir çocuk"], "COCUK YOK", "1"),
        ("tr", ["Çocuk yok", "Araba"], "çocuk", ""),
        ("tr", ["Sigarasız", "Evet"], "sigara", ""),
        ("tr", ["İstiyorum", "Hayır"], "ISTIYORUM", "1"),
        ("tr", ["İstiyorum", "Hayır"], "istemiyorum", ""),
        ("tr", ["Kısa", "Uzun"], "kisa", "1"),
        ("tr", ["Kısa", "Uzun", "Orta"], "üçüncü", "3"),
        ("de", ["Familienauto", "Größe L"], "familienato", "1"),
        ("de", ["Familienauto", "Größe L"], "Familie", "1"),
        ("de", ["Familienauto", "Größe L"], "nicht Familie", ""),
        ("de", ["Familienauto", "Größe L"], "groesse l", "2"),
        ("de", ["Familienauto", "Größe L"], "GRÖSSE L", "2"),
        ("de", ["Keine Kinder", "Ein Kind"], "Kinder", ""),
        ("ar", ["سيارة عائلية", "سيارة رياضية"], "سياره عائليه", "1"),
        ("ar", ["سيارة عائلية", "سيارة رياضية"], "سيارة", "1 2"),
        ("ar", ["بدون أطفال", "طفل واحد"], "اطفال", ""),
        ("ar", ["نعم", "لا"], "٢", "2"),
        ("fa", ["ایستگاه‌واگن", "خانوادگی"], "ایستگاه واگن", "1"),
        ("fa", ["ایستگاه‌واگن", "خانوادگی"], "ایستگاهواگن", "1"),
        ("fa", ["ایستگاه‌واگن", "خانوادگی"], "خانوادگي", "2"),
        ("fa", ["ایستگاه‌واگن", "خانوادگی"], "گزینه ۲", "2"),
        ("fa", ["بچه ندارم", "یک بچه"], "بچه‌دارم", ""),
        ("hi", ["पारिवारिक कार", "स्पोर्ट्स कार"], "पारिवारिक", "1"),
        ("hi", ["हाँ", "नहीं"], "हां", "1"),
        ("hi", ["हाँ", "नहीं"], "२", "2"),
        ("ja", ["家族向け", "スポーツカー"], "家族", "1"),
        ("ja", ["家族向け", "スポーツカー"], "スポツカー", "2"),
        ("ja", ["家族", "仕事"], "家族と仕事", "1 2"),
        ("ja", ["家族", "仕事"], "家族ではない", ""),
        ("ja", ["子供なし", "一人"], "子供", ""),
        ("zh", ["没有孩子", "有孩子"], "没有", "1"),
        ("zh", ["家庭用车", "跑车"], "家庭", "1"),
        ("zh", ["家庭用车", "跑车"], "第二个", "2"),
        ("zh", ["四人家庭", "大家庭"], "三人家庭", ""),
        ("ko", ["가족용", "업무용"], "가족", "1"),
        ("ko", ["가족용", "업무용"], "가족용과 업무용", "1 2"),
        ("ko", ["가족용", "업무용"], "2번", "2"),
        ("ko", ["아이 없음", "한 명"], "아이", ""),
        ("el", ["Οικογενειακό", "Σπορ"], "οικογενειακο", "1"),
        ("el", ["Οικογενειακό", "Σπορ"], "όχι οικογενειακό", ""),
        ("ru", ["Семейный", "Подержанный"], "подержаный", "2"),
        ("ru", ["Семейный", "Подержанный"], "не семейный", ""),
        ("ru", ["Семейный", "Подержанный"], "2-й", "2"),
        ("ru", ["Нормальный", "Другое"], "ненормальный", ""),
        ("th", ["รถครอบครัว", "รถสปอร์ต"], "รถสปอร์ต", "2"),
        ("th", ["รถครอบครัว", "รถสปอร์ต"], "ไม่เอารถสปอร์ต", ""),
        ("xx", ["Familia", "Kazi"], "wewe Familia", ""),
        ("xx", ["Familia", "Kazi"], "famila", "1"),
    ],
)
def test_content_of_any_language_is_understood(language: str, labels: list[str], reply: str, options: str) -> None:
    assert chosen(reply, labels, Words(language, positions=number_words(language))) == options


@pytest.mark.parametrize(
    ("reply", "options"),
    [
        ("familiar", "1"),
        ("quiero un coche familiar por favor", "1"),
        ("deportibo", "2"),
        ("furgo", "3"),
        ("familiar y deportivo", "1 2"),
        ("los dos", ""),
    ],
)
def test_spanish_content_is_understood(reply: str, options: str) -> None:
    assert chosen(reply, COCHES, SPANISH) == options
