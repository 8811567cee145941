"""What banks call their columns and states, over the languages they write in. Compared without accents or case."""

# ruff: noqa: E501, SIM905 - lists of words are read as lists of words
import re
import unicodedata
from functools import lru_cache

# Each role's words, best first: of two columns with one role the one named earlier here is taken.
ROLES: dict[str, str] = {
    "date": (
        "transaction date|trans date|trans. date|date of transaction|datum verrichting|date operation"
        "|date de l'operation|date d'operation"
        "|fecha de operacion|fecha operacion|f. operacion|data operacji|data transakcji|data operazione"
        "|transaktionsdatum|transaction time"
        "|completion time|completed date|completed on|date completed|booking date|booked date|buchungsdatum"
        "|buchungstag|buchung|posting date|posted date|date posted|post date|posted on"
        "|posted|datum transakcie|datum transakce|datum provedeni|datum zauctovani|datum uctovania|date comptable"
        "|date de comptabilisation|fecha contable|data contabile|data ksiegowania|bokforingsdatum|bokforingsdag"
        "|bogforingsdato|bogfort|bokfort dato"
        "|boekdatum|boekingsdatum|transactiedatum|data lancamento|data do lancamento|data mov|data movimento"
        "|data movimentacao|kirjauspaiva|konyveles datuma|tranzakcio datuma|konyvelesi datum|kelt"
        "|txn date|tran date|value date time|date|datum|fecha|data|dato|dag|pvm|paivamaara|datums|kuupaev|tarih"
        "|islem tarihi|data tranzactiei"
        "|дата операции|дата проводки|дата|ημερομηνια|日付|取引日|利用日|年月日|交易日期|日期|交易时间|거래일시|거래일자|תאריך|التاريخ|tanggal"
        "|ngay|วันที่|petsa"
        "|date time|datetime|timestamp|time|created|created at|created date|created on|started date|initiated|day"
        "|trade date|abschlussdatum|date (utc)|belegdatum|umsatzdatum"
        "|valuta|valutadatum|valutadato|value date|value dt|wertstellung|wertstellungsdatum|wert|date de valeur"
        "|date valeur|fecha valor|f. valor|data valuta|data waluty|rentedatum|rentedag"
        "|reference date|effective date|process date|processed date|settlement date|datum verrekening|data valor"
        "|due date|statement date"
    ),
    "amount": (
        "amount|transaction amount|סכום חיוב|buchungsbetrag|mutatie|实付金额|实付款|入账金额|记账金额|txn amount|net amount|amount local|net|betrag|umsatz|umsatzbetrag|montant"
        "|montant net|importe|monto|valor|importo|bedrag|transactiebedrag|kwota|kwota operacji|kwota transakcji"
        "|belopp|belop|belob|summa|summe|maara|castka|suma|objem|osszeg|tutar|islem tutari|sum|value|total|gross"
        "|gross amount|brutto|netto|amt|amount (gbp)|amount usd|cantidad|quantia|valor (r$)|quantidade|jumlah|kogus"
        "|summas|iznos|znesek"
        "|сумма|сумма операции|ποσο|金額|金额|交易金额|取引金額|利用金額|거래금액|סכום|المبلغ|จำนวนเงิน|price|cost|expense|spent|spend"
        "|charge|charge amount|billing amount|billed amount"
        "|amount in account currency|kontowahrung betrag|betrag kontowahrung|total amount|amount paid|local amount"
    ),
    "out": (
        "debit|debits|出金金額|出金額|お支払い金額|funds out|debit amount|debit amt|dr|dr amount|withdrawal|withdrawals|withdrawal amt|withdrawal amount"
        "|withdrawn|paid out|money out|outflow|outgoing|out|amount out|payments out|payment|payments|spent amount"
        "|expenses|expense amount"
        "|soll|soll betrag|belastung|belastungen|lastschrift|ausgang|ausgaben|ausgabe|debet|debit chf|debit eur|af"
        "|uit|uitgaven|uitgave|afschrijving|debit (eur)|sortie|sorties|depense|depenses|retrait|montant debit|debe"
        "|cargo|cargos|retiro|retiros|egreso|egresos|gasto|gastos|debito|debitos|saida|saidas|saques"
        "|uscite|uscita|addebito|addebiti|dare|obciazenia|obciazenie|wydatki|wydatek|wyplaty|uttag|utbetalning|ut|ud"
        "|ut fra konto|ut av konto|hævet|haevet|otto|panot2|vydaje|vydaj|terheles|terhelesek|kifizetes|borc|cikan"
        "|rashod|rashodi|isplata|дебет|расход|списание|χρεωση"
        "|支出|出金|お支払い|お支払金額|お引出し|支出金额|출금|출금액|출금금액|찾으신금액|חובה|مدين|ถอน|withdrawal (dr)|keluar|money out (£)|debit(dr)"
        "|debits ($)|charges"
    ),
    "in": (
        "credit|credits|入金金額|入金額|お預かり金額|funds in|credit amount|credit amt|cr|cr amount|deposit|deposits|deposit amt|deposit amount|paid in"
        "|money in|inflow|incoming|in|amount in|payments in|receipt|receipts|received|income|income amount|lodgement"
        "|lodgements|top up"
        "|haben|haben betrag|gutschrift|gutschriften|eingang|einnahmen|einnahme|kredit|bij|inkomsten|bijschrijving"
        "|entree|entrees|recette|recettes|versement|montant credit|haber|abono|abonos|ingreso|ingresos|deposito"
        "|depositos|credito|creditos|entrada|entradas"
        "|entrate|entrata|accredito|accrediti|avere|uznania|uznanie|wplywy|wplyw|wplaty|insattning|inbetalning|inn"
        "|ind|inn pa konto|indsat|pano|prijmy|prijem|jovairas|jovairasok|befizetes|alacak|giren|prihod|uplata|кредит"
        "|приход|зачисление|πιστωση"
        "|収入|入金|お預入れ|お預り金額|お預け入れ|存入|收入|收入金额|입금|입금액|입금금액|맡기신금액|זכות|دائن|ฝาก|deposit (cr)|masuk|credit(cr)"
        "|credits ($)"
    ),
    "balance": (
        "balance|running balance|runningbalance|running bal|account balance|closing balance|available balance"
        "|ledger balance|balance amount|current balance|new balance|bal|saldo|kontostand|saldo nach buchung|solde"
        "|saldo despues|saldo contable|saldo disponible|saldo po operacji|saldo po transakcji|zustatek|zostatok"
        "|egyenleg|bakiye|sold|stanje|saldo efter|saldo actual|saldo final|saldo del dia|saldo (r$)"
        "|остаток|баланс|υπολοιπο|残高|差引残高|余额|账户余额|잔액|可用余额|יתרה|الرصيد|คงเหลือ|guthaben|ending balance|beginning balance"
        "|opening balance"
    ),
    "direction": (
        "debit/credit|d/k|debit or credit|dr/cr|cr/dr|d/c|c/d|debet/credit|af bij|af/bij|af / bij|soll/haben|s/h"
        "|credit/debit|credit debit indicator|credit/debit indicator|creditdebitindicator|transaction type|type"
        "|direction|sign|in/out|code|dc|cd|+/-|vorzeichen|sens|tipo|tipo movimento|natureza|debit credit indicator"
        "|debit credit|bij/af|drcr|dr / cr|cr / dr|kind|details|income/expense|收/支|入出金"
    ),
    "currency": (
        "currency|currency code|ccy|curr|waehrung|wahrung|devise|divisa|moneda|moeda|valuta|munt|muntsoort|waluta"
        "|mena|deviza|doviz|valutakod|валюта|通貨|币种|통화|account currency|transaction currency|iso currency code"
    ),
    "status": (
        "status|state|transaction status|zustand|etat|estado|stato|stan|stav|tila|durum|статус|状態|交易状态|situacao"
        "|buchungsstatus|satus"
    ),
    "text": (
        "payee|name|name zahlungsbeteiligter|merchant|merchant name|counterparty|counterparty name|counter party|beneficiary|recipient"
        "|beguenstigter/zahlungspflichtiger|beguenstigter|begunstigter|auftraggeber/empfanger"
        "|auftraggeber / begunstigter|zahlungsempfanger*in|zahlungspflichtige*r|zahlungsempfanger|empfanger"
        "|partnername|naam / omschrijving|naam|tegenpartij|tegenrekening naam|handelaar|naam tegenpartij"
        "|nadawca / odbiorca|nadawca/odbiorca|odbiorca|kontrahent|protistrana|nazev protistrany|ragione sociale"
        "|beneficiario|tiers|nom|destinatario|mottagare|saaja/maksaja|navn|title|titolo|titulo|company|shop|store"
        "|vendor|description 1"
        "|description|desc|details|transaction details|transaction description|narration|narrative|narrative 1"
        "|particulars|memo|memo/description|notes|note|remarks|remark|reference|text|buchungstext|umsatztext"
        "|verwendungszweck|verwendungszweck|zahlungszweck|beschreibung|betreff|avisierungstext|libelle"
        "|libelle operation|detail|details de l'operation|remarque|informations|communication|communications"
        "|omschrijving|omschrijving-1|mededelingen|mededeling|toelichting|concepto|descripcion|detalle|movimiento"
        "|observaciones|historico|descricao|lancamento|detalhes|identificador|descrizione|causale|descrizione estesa"
        "|dettagli|opis|opis operacji|opis transakcji|tytul|tytul operacji|szczegoly|beskrivning|beskrivelse"
        "|forklaring|tekst|rubrik|selite|viesti|popis|zprava pro prijemce|poznamka|kozlemeny|megnevezes|leiras"
        "|aciklama|opis placanja|detalii"
        "|описание|назначение платежа|детали|περιγραφη|摘要|内容|お取り扱い内容|お取引内容|備考|利用店名・商品名|交易对方|商品|交易摘要|내용|적요|תיאור"
        "|البيان|รายการ|statement description|extended details|extended description|keterangan|uraian|transaction"
        "|booking text|payment purpose|booking description|original description|appears on your statement as|transaction particulars"
    ),
}
# Words that speak against a column of that role: another currency, a rate, a part of the whole.
NOT_THE_AMOUNT = (
    "foreign original fremd ursprung origine orig source instructed fee fees gebuhr commission kosten frais tax vat"
    " gst mwst rate kurs koers exchange "
    "limit cashback points rewards number nr no id account konto hold shipping tip units quantity devise entgelt"
    " spesen"
).split()


INEXACT = 9000  # the rank of a name that only holds a known word


@lru_cache(maxsize=5_000)
def plain(text: str) -> str:
    """Lower case, no accents, no quotes, single spaces: "Débit  (EUR)" is "debit (eur)"."""
    if text.isascii():
        return re.sub(r"[\s_]+", " ", text.lower().replace('"', "")).strip(" :.*#'")
    decomposed = unicodedata.normalize(
        "NFKD", text.casefold().replace("ł", "l").replace("ß", "ss").replace("ø", "o").replace("ı", "i")
    )
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    bare = unicodedata.normalize("NFC", bare)
    return re.sub(r"[\s_\u00a0]+", " ", bare.replace("’", "'").replace('"', "")).strip(" :.*#'")


def _ranked(words: str) -> dict[str, int]:
    return {plain(word): rank for rank, word in reversed(list(enumerate(words.split("|"))))}


RANKS = {role: _ranked(words) for role, words in ROLES.items()}


@lru_cache(maxsize=5_000)
def rank(role: str, name: str) -> int | None:
    """The place of a column's name among a role's words (0 is best), or None. Inexact names come after exact."""
    words = RANKS[role]
    for base, form in enumerate(_forms(name)):
        if form in words:
            return base * 1000 + words[form]
    return _by_its_words(role, plain(name))


def _forms(name: str) -> list[str]:
    """The name; without what stands in brackets; without a currency; with camel case split; each side of a slash."""
    bare = plain(name)
    no_brackets = plain(re.sub(r"\s*[(\[（].*?[)\]）]", "", bare))
    no_currency = plain(
        re.sub(
            r"\b(in )?(usd|eur|gbp|chf|inr|kes|ksh|sek|nok|dkk|pln|czk|huf|aud|cad|nzd|brl|rs|zar|ngn|\$|€|£|₹)\b\.?|[$€£₹]",
            "",
            no_brackets,
        )
    )
    split = plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    sides = (
        [plain(side) for side in re.split(r"\s*[/|]\s*|\s+-\s+", no_brackets)]
        if re.search(r"[/|]| - ", no_brackets)
        else []
    )
    return [bare, no_brackets, no_currency, split, *sides]


def _by_its_words(role: str, bare: str) -> int | None:
    """A role's word inside a longer name: "Booking amount (account currency)" is an amount."""
    if role in ("direction", "status") or not bare or len(bare) > 60:
        return None
    inside = re.findall(r"[^\W\d_]+", bare)
    hits = [rank for word, rank in RANKS[role].items() if len(word) > 2 and " " not in word and word in inside]
    hits += [rank for word, rank in RANKS[role].items() if len(word) > 1 and word[0] > "\u3000" and word in bare]
    hits += [0 for ending in COMPOUNDS.get(role, ()) if any(word.endswith(ending) for word in inside)]
    phrases = [rank for word, rank in RANKS[role].items() if " " in word and word in bare]
    return INEXACT + min(hits + phrases) if hits or phrases else None


# Words that end a compound: Buchungsbetrag is an amount and Boeksaldo a balance.
COMPOUNDS = {"amount": ("betrag", "belopp", "bedrag"), "balance": ("saldo", "kontostand")}
OTHERS = ("original", "ursprung", "fremd")


def speaks_against(name: str) -> bool:
    inside = re.findall(r"[^\W\d_]+", plain(name))
    return bool(set(inside) & set(NOT_THE_AMOUNT)) or any(word.startswith(OTHERS) for word in inside)


# Wallets list what moves between their own pockets beside what comes in and goes out.
NEITHER = re.compile(r"^(/|不计收支|中性交易|其他|neutral|neither)$")
# Kinds of transaction, which may stand beside amounts that carry their own signs.
KINDS = {"payment", "sent", "purchase", "sale", "refund", "receive", "deposit", "withdrawal"}
OUT_WORDS = frozenset(
    "d dr db dbit debit debito débito debet deb out outgoing outflow exp expense expenses spent withdrawal soll s af uit"
    " - ut ud saida saída cargo "
    "sortie dare uscita obciazenie wydatek borc payment sent purchase sale 支出 出金 출금 расход дебет belastung"
    " lastschrift egreso gasto despesa ausgabe auszahlung depense depenses vydaj vydej rashod "
    "money_out paid_out outbound debited".split()
)
IN_WORDS = frozenset(
    "k c cr crdt credit credito crédito kredit cred in incoming inflow inc income received deposit haben h bij + inn ind"
    " entrada abono "
    "entree avere entrata uznanie wplyw alacak refund receive 收入 入金 입금 приход кредит gutschrift ingreso receita einnahme einzahlung recette recettes przychod prijem prihod money_in paid_in inbound credited".split()
)
PENDING = re.compile(
    r"^(pending|open|offen|ausstehend|venter|not posted|declined|failed|failure|reverted|cancell?ed|expired|on hold|hold|rejected|denied|void(ed)?|scheduled"
    r"|authori[sz]ed?|authori[sz]ation|incomplete|blocked"
    r"|vorgemerkt|umsatz vorgemerkt|vormerkung|geplant|abgelehnt|storniert|in behandeling|gereserveerd|reservation"
    r"|reservering|en attente|a venir|annule|refuse|pendiente|retenido|rechazad[oa]|cancelad[oa]"
    r"|pendente|agendad[oa]|estornad[oa]|in sospeso|non contabilizzato|autorizzat[oa]|in attesa|oczekujac[ay]|blokada|odrzucon[ay]"
    r"|reserverad|reserveret|reservert|vantar|ceka|cekajici|beklemede|processing|in progress|uncleared pending"
    r"|ожидание|в обработке|отклонен[ао]?|交易关闭|已关闭|支付失败|等待付款|failed transaction|unsuccessful|not completed|a contabiliser|en cours)\b"
)
NO_TRANSACTION = re.compile(
    r"^\W*(grand |sub ?)?(total|totals|totale|totaux|totales|summe|gesamt|totaal|suma|razem|celkem|osszesen|yhteensa"
    r"|итого|jumlah|toplam"
    r"|opening|closing|beginning|ending|starting|balance|bal b/?f|b/f|c/f|balance (brought|carried) forward"
    r"|brought forward|carried forward|previous balance|new balance|statement balance|available balance"
    r"|anfangssaldo|endsaldo|kontostand|alter kontostand|neuer kontostand|saldo vom|saldo|tagessaldo|anfangsbestand"
    r"|endbestand|solde|ancien solde|nouveau solde|saldo (inicial|final|anterior|actual|do dia|del)|beginsaldo"
    r"|eindsaldo"
    r"|saldo (iniziale|finale|poczatkowe|koncowe)|ingaende|utgaende|pocatecni|konecny|nyito|zaro|前月|前回|残高|期初|期末"
    r"|остаток|likutis|apyvarta|atlikums|apgrozijums|algsaldo|loppsaldo|(all )?transactions? total|end of (statement|report|file)|number of)\b|^saldo$|^(人民币)?(合計|小計|合计|总计|总额)"
)
CARD_CREDIT = re.compile(
    r"payment.{0,25}(thank|receiv|merci)|thank you|autopay|auto ?pay|^payment\b|^(online|mobile|internet|web"
    r"|electronic|bill|direct debit) payment|payment - web|refund|return\b|cash ?back|statement credit|reversal"
    r"|reembolso|remboursement"
    r"|erstattung|gutschrift|zahlung erhalten|ihre zahlung|paiement recu|pagamento recebido|pago recibido|su pago"
    r"|pagamento on line|terugbetaling|zwrot|splata|^credit\b|退款|退货|还款|返金|payment received|desconto|estorno|pagamento de fatura"
)
THANKED = re.compile(
    r"thank|autopay|payment received|merci|zahlung erhalten|ihre zahlung|recebido|recibid[oa]|ricevuto|refund|credit card payment"
    r"|statement credit|(online|mobile|internet|direct debit) payment|gutschrift|reembols|estorno|return\b|退款|退货|还款|返金"
)
MONEY_IN = re.compile(
    r"salary|payroll|wages|deposit|gehalt|lohn|salaire|nomina|salario|stipendio|salaris|loon|wynagrodzenie|lonn?\b|interest (paid|earned)|direct dep|dividend|transfer from|received from|funds received"
)
MONEY_OUT = re.compile(
    r"^(purchase|sale|pos|atm|withdrawal|card payment|debit card|fee|service charge|supermarket|grocer|restaurant)|purchase\b|withdrawal|groceries|\bfee\b|rent\b|coffee|pharmacy|fuel|miete|loyer|supermar|amazon|netflix|uber\b|spotify|消费|购买"
)
BALANCE_LINE = re.compile(
    r"^\W*(opening|closing|beginning|ending|starting|previous|brought forward|carried forward|balance) ?(balance"
    r"|bal\b|brought|carried|forward|b/?f|c/?f)"
    r"|^(balance|saldo|solde)$|^(b/?f|c/?f|bal b/?f)$|^(anfangs|end|schluss|eroffnungs)?(saldo|bestand)\b|^(alter"
    r"|neuer) (kontostand|saldo)|^kontostand"
    r"|^saldo (inicial|final|anterior|actual|do dia|del dia|iniziale|finale|poczatkowe|koncowe)|^(ancien"
    r"|nouveau) solde|^solde (initial|final|precedent|au)|^(begin|eind)saldo"
    r"|^(grand )?totals?$|^total (debits?|credits?|withdrawals?|deposits?|paid)|^brought forward|^carried forward"
    r"|^s a l d o|^likutis\b|^apyvarta\b|^(sakuma|beigu) atlikums|^(alg|lopp)saldo"
)
