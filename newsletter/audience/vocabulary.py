"""The words by which lists say who left, who agreed and who did not, in English and nine other languages.

The languages are, in this order wherever they follow each other: English, German, French, Spanish, Italian,
Portuguese, Dutch, Polish, Welsh and Arabic. What a word decides is in `headings` and `cells`.
"""

from __future__ import annotations

from newsletter.audience.words import phrases

# --- headings of columns ---------------------------------------------------------------------------------------------

LEFT = phrases(
    "unsubscribed|unsubscribe|unsub|unsubs|unsubscription|optout|optedout|opts out|no optout|confirmed optout|"
    "do not|do not email|do not contact|do not send|dont email|dont contact|no email|no emails|no newsletter|"
    "no bulk emails|dnc|dne|blocklisted|blacklisted|blocklist|blacklist|blocked|suppressed|suppression|suppressions|"
    "deleted|deactivated|removed|archived|disabled|inactive|banned|bounced|bounce|hard bounced|hard bounce|cleaned|"
    "clean|invalid|invalid address|undeliverable|unreachable|complained|complaint|spam|spam complaint|marked as spam|"
    "reported spam|spam complaining|left|cancelled|canceled|deceased|on hold|revoked|withdrawn|consent withdrawn|"
    "consent revoked|withdrew consent|objected|objection|excluded from campaigns|excluded campaigns|optin pending|"
    "not subscribed|never subscribed|unconfirmed|trash|in trash|stopped|stop|no mailing|no mailings|do not disturb|"
    "excluded|exclude|cancellation|"
    "remove|remove me|optout enewsletter|notifications optedout|suppression reason",
    "abgemeldet|abmeldung|abbestellt|abbestellung|ausgetragen|austragung|abmeldedatum|austragungsdatum|gesperrt|"
    "sperrvermerk|werbesperre|widerruf|widerrufen|widersprochen|widerspruch|einwilligung widerrufen|geloescht|"
    "gelöscht|inaktiv|deaktiviert|verstorben|kein newsletter|keinen newsletter|will keinen newsletter|"
    "will keine mails|keine werbung|keine mails|nicht anschreiben|"
    "nicht kontaktieren|unzustellbar|ungültig",
    "désinscrit|désinscrite|désinscription|désabonné|désabonnée|désabonnement|opposition|oppose|opposé|refus|refusé|"
    "bloqué|liste noire|supprimé|inactif|décédé|ne pas contacter|ne pas envoyer|ne souhaite plus recevoir|"
    "ne souhaite pas recevoir|ne veut plus recevoir|pas de newsletter|retiré|"
    "consentement retiré|invalide",
    "baja|dado de baja|dada de baja|desuscrito|desuscrita|cancelado|cancelada|bloqueado|bloqueada|eliminado|"
    "eliminada|borrado|inactivo|rechazado|revocado|no contactar|no enviar|no desea recibir|no quiere recibir|"
    "cancelación|"
    "fallecido|lista negra|"
    "rebotado|inválido",
    "disiscritto|disiscritta|disiscrizione|cancellato|cancellata|cancellazione|bloccato|bloccata|eliminato|rimosso|"
    "inattivo|revocato|revoca|consenso revocato|non contattare|non vuole ricevere|non desidera ricevere|non inviare|"
    "deceduto|lista nera|rimbalzato",
    "descadastrado|descadastrada|desinscrito|desinscrita|cancelou|descadastro|removido|removida|excluído|bloqueado|"
    "inativo|não contactar|não deseja receber|não quer receber|não enviar|falecido|recusou|revogado|lista negra",
    "uitgeschreven|afgemeld voor nieuwsbrief|uitschrijving|afgemeld|afmelding|opgezegd|geblokkeerd|verwijderd|"
    "inactief|ingetrokken|"
    "toestemming ingetrokken|niet mailen|niet contacteren|geen nieuwsbrief|overleden|bezwaar|geen mail",
    "wypisany|wypisana|wypisano|wypis|wypisanie|rezygnacja|rezygnacja z newslettera|data wypisu|zrezygnował|"
    "zrezygnowała|zablokowany|zablokowana|usunięty|"
    "usunięta|nieaktywny|nieaktywna|cofnięta|zgoda cofnięta|sprzeciw|nie kontaktować|nie wysyłać|zmarły|czarna lista|"
    "anulowano|odsubskrybowany|odsubskrybowano",
    "dad danysgrifio|dad danysgrifiwyd|wedi dad danysgrifio|datdanysgrifio|wedi gadael|gadael|wedi optio allan|"
    "optio allan|dileu|wedi dileu|dilewyd|blocio|wedi blocio|anweithredol|peidio cysylltu|peidiwch cysylltu|"
    "dim e bost|wedi marw|tynnu caniatad yn ol",
    "إلغاء الاشتراك|ألغى|ألغى الاشتراك|الغي الاشتراك|ملغى|ملغي|غير مشترك|محظور|محظورة|محذوف|تم الحذف|القائمة السوداء|"
    "عدم المراسلة|لا ترسل|لا تراسل|غير نشط|متوفى|سحب الموافقة|انسحب",
)
"""Yes, or a date, in such a column means that the person left, or cannot be written to."""

AGREED = phrases(
    "subscribed|subscription|subscribe|subscribes|optin|optedin|double optin|confirmed optin|doi|optin status|consent|"
    "consented|consent given|consent status|gdpr consent|email list|receive newsletter|optin confirmed|has consented|"
    "gave consent|permission|permission given|permission status|"
    "permission to email|allowed|allows|accepts|accepted|accept|agrees|agreed|confirmed|confirmation|enabled|active|"
    "newsletter|newsletters|email newsletter|email marketing|marketing emails|marketing consent|mailable|emailable|"
    "contactable|marketable|wants|can email|may email|signedup",
    "angemeldet|anmeldung|abonniert|eingetragen|einwilligung|einwilligung erteilt|eingewilligt|zustimmung|zugestimmt|"
    "erlaubnis|bestätigt|bestaetigt|aktiv|werbung erlaubt|newsletter erwünscht|newsletter ja|rundbrief|bezieht",
    "inscrit|inscrite|abonné|abonnée|consentement|consent|accord|accepte|accepté|autorise|autorisation|actif|confirmé|"
    "infolettre",
    "suscrito|suscrita|inscrito|consentimiento|acepta|aceptado|autoriza|autorización|autorizado|activo|confirmado|"
    "boletín|recibe boletín|suscripción",
    "iscritto|iscritta|consenso|acconsente|accetta|accettato|autorizza|autorizzazione|attivo|confermato|iscrizione",
    "inscrito|inscrita|subscrito|consentimento|aceita|aceitou|autoriza|autorização|ativo|confirmado|boletim",
    "ingeschreven|aangemeld|geabonneerd|toestemming|akkoord|actief|bevestigd|nieuwsbrief",
    "zapisany|zapisana|subskrybuje|zgoda|zgoda na|wyraża zgodę|wyraził zgodę|aktywny|aktywna|potwierdzony|biuletyn|"
    "subskrypcja",
    "tanysgrifio|tanysgrifiad|wedi tanysgrifio|tanysgrifiwyd|cydsyniad|wedi cydsynio|caniatad|cytuno|wedi cytuno|"
    "optio i mewn|"
    "gweithredol|cadarnhawyd|cylchlythyr",
    "مشترك|مشتركة|الاشتراك|اشتراك|موافقة|الموافقة|موافق|وافق|نشط|مؤكد|النشرة|النشرة البريدية|الاشتراك في النشرة",
)
"""No, or nothing, in such a column means that the person did not agree."""

STATUS = phrases(
    "status|state|subscription status|subscription state|subscriber status|optin state|delivery status",
    "abostatus|anmeldestatus|zustand",
    "statut|etat",
    "estado|estado de suscripción",
    "stato",
    "situação",
    "staat",
    "stan|status subskrypcji",
    "statws",
    "الحالة|حالة|حالة الاشتراك",
)
"""Such a column says it in a word."""

KNOWN = phrases(
    "did this subscriber manually confirm|send this subscriber html emails|number of bounces|bouncecount",  # phpList
    "optout nl|optout type|optout subtype",  # MailUp
    "marketing emails bounced|marketing emails opted out",  # HubSpot: how often
    "do not trade",  # CiviCRM: whether the data may be passed on
)
"""Columns of known programs that decide nothing, though their headings look so."""

BESIDE = {
    "active subscription": "email disabled",  # Substack: whether somebody pays
    "do not mail": "do not email",  # CiviCRM: by post
    "optin time": "leid",  # Mailchimp: empty for people who were imported
    "confirm time": "leid",
    "optin ip": "leid",
    "confirm ip": "leid",
}
"""Columns that decide nothing in the exports of a program that is known by another column."""

FILLERS = phrases(
    "a|an|the|is|are|was|has|have|had|been|be|of|our|your|this|my|all|any|it|we|us|you|by|via|for|from|to|with|and|or|"
    "contact|contacts|user|users|subscriber|subscribers|member|members|person|people|customer|customers|client|account|"
    "list|lists|global|email|emails|mailing|mailings|bulk|marketing|newsletter|newsletters|campaigns|messages|"
    "formatted|"
    "current|receive|receives|receiving|substack|address|please|hs",
    "e|der|die|das|dem|den|vom|von|zum|zur|für|ist|wurde|hat|ja nein|erhalten|kontakt|werbe|marketing|mail|mails",
    "le|la|les|l|un|une|des|du|de|d|au|aux|à|est|recevoir|courriel|courriels",
    "el|los|las|del|al|ha|recibir|correo|correos|electronico",
    "il|lo|gli|i|della|dello|dal|dalla|alla|ricevere|che|per",
    "o|os|as|do|da|dos|das|em|no|na|receber|para",
    "het|een|van|voor|op|is|ontvangen|te",
    "na|do|z|w|marketingowa|marketingowe|otrzymywac|otrzymywanie|przetwarzanie|jest",
    "wedi|y|yr|ar|i|o|ebost|am",
    "البريد|الإلكتروني|البريدية|في|من|على",
)
"""Words that change nothing about what a heading says."""

DATES = phrases(
    "at|on|date|time|timestamp|when|since|day|utc",
    "datum|am|um|zeitpunkt|seit",
    "date|le|quand",
    "fecha|cuando",
    "data|quando",
    "em|quando",
    "op|datum|sinds",
    "data|dnia|kiedy",
    "dyddiad|ar",
    "تاريخ|بتاريخ",
)
"""Words of a heading under which there are dates."""

DETAILS = phrases(
    "reason|reasons|source|ip|campaign|title|id|ids|method|code|note|notes|comment|comments|type|subtype|by|url|link|"
    "page|form|token|hash|key|text|version|proof|browser|agent|location|period|interval|plan|tier|amount|price|"
    "currency|renewal|expiry|expires|end|start|count|number|total|rate|other|level|channel",
    "grund|quelle|weg|anzahl",
    "raison|motif|source|nombre",
    "motivo|origen|causa",
    "motivo|origine|fonte",
    "motivo|origem",
    "reden|bron|aantal",
    "powód|źródło|liczba",
    "rheswm|ffynhonnell|nifer",
    "سبب|مصدر|عدد",
)
"""Words of a heading under which there is more about a consent, or a leaving, that another column decides."""

CHANNELS = phrases(
    "sms|text|texts|phone|telephone|call|calls|fax|whatsapp|post|postal|letter|letters|push|telegram|mms|viber|mobile",
    "telefon|anruf|brief|briefpost",
    "téléphone|appel|courrier",
    "teléfono|llamada|llamadas",
    "telefono|chiamata|chiamate|posta ordinaria",
    "telefone|ligação",
    "telefoon|brief",
    "telefon|telefoniczny",
    "ffôn|neges destun",
    "هاتف|الهاتف|رسائل نصية",
)
"""Ways to reach people that are not email."""
