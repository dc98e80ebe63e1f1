// Every problem that this API answers with: its HTTP status, and what it says in Swedish and English. The only place
// where rules of the domain meet HTTP numbers. A test compares it with the codes that the source can throw.

import { refusals } from './refusals.js';

export const languages = ['sv', 'en'] as const;
export type Language = (typeof languages)[number];
type Text = Readonly<Record<Language, string>>;

export interface ProblemText {
  readonly status: number;
  readonly title: Text;
  readonly detail: Text;
}

const problem = (status: number, title: [string, string], detail: [string, string]): ProblemText => ({
  status,
  title: { sv: title[0], en: title[1] },
  detail: { sv: detail[0], en: detail[1] },
});

const ofTransport: Readonly<Record<string, ProblemText>> = {
  'request.not_json': problem(
    400,
    ['Anropets innehåll är inte giltig JSON', 'The body is not valid JSON'],
    [
      'Innehållet gick inte att läsa som JSON (RFC 8259), eller samma namn står två gånger i ett objekt (RFC 7493). Inget har sparats.',
      'The body could not be read as JSON (RFC 8259), or a name stands twice in an object (RFC 7493). Nothing was stored.',
    ],
  ),
  'request.not_utf8': problem(
    400,
    ['Anropets innehåll är inte giltig UTF-8', 'The body is not valid UTF-8'],
    [
      'Innehållet har byte eller tecken som inte är giltig UTF-8. Inget har sparats.',
      'The body holds bytes or characters that are not valid UTF-8. Nothing was stored.',
    ],
  ),
  'request.bad_url': problem(
    400,
    ['Adressen är felaktig', 'The address is malformed'],
    ['Adressen gick inte att avkoda.', 'The address could not be decoded.'],
  ),
  'request.not_http': problem(
    400,
    ['Anropet gick inte att läsa', 'The request could not be read'],
    ['Det som kom var inte giltig HTTP.', 'What came was not valid HTTP.'],
  ),
  'request.no_host': problem(
    400,
    ['Anropet säger inte till vem', 'The request does not say to whom'],
    ['Huvudet Host saknas (RFC 9112).', 'The header Host is missing (RFC 9112).'],
  ),
  'request.expectation': problem(
    417,
    ['Det som anropet väntar sig görs inte', 'What the request expects is not done'],
    [
      'Av huvudet Expect förstås bara 100-continue (RFC 9110).',
      'Of the header Expect only 100-continue is understood (RFC 9110).',
    ],
  ),
  'request.headers_too_large': problem(
    431,
    ['Anropets huvuden är för stora', 'The headers are too large'],
    ['Skicka färre eller kortare huvuden.', 'Send fewer or shorter headers.'],
  ),
  'request.invalid': problem(
    400,
    ['Anropet följer inte beskrivningen', 'The request does not follow the description'],
    [
      'Se violations för vad som ska ändras. Inget har sparats.',
      'See violations for what to change. Nothing was stored.',
    ],
  ),
  'request.idempotency_key_missing': problem(
    400,
    ['Idempotency-Key saknas', 'Idempotency-Key is missing'],
    [
      'Varje kommando ska ha ett Idempotency-Key, så att det kan skickas igen utan att utföras två gånger.',
      'Every command needs an Idempotency-Key, so that it can be sent again without being done twice.',
    ],
  ),
  'request.idempotency_key_malformed': problem(
    400,
    ['Idempotency-Key har fel form', 'Idempotency-Key is malformed'],
    [
      'Ett Idempotency-Key är 16 till 128 tecken ur A-Z, a-z, 0-9, punkt, bindestreck och understreck. Använd helst ett slumpat UUID.',
      'An Idempotency-Key has 16 to 128 characters of A-Z, a-z, 0-9, dot, hyphen and underscore. A random UUID is best.',
    ],
  ),
  'request.if_match_malformed': problem(
    400,
    ['If-Match har fel form', 'If-Match is malformed'],
    [
      'If-Match ska vara en ETag ur ett tidigare svar, till exempel "7".',
      'If-Match must be an ETag from an earlier answer, for example "7".',
    ],
  ),
  'request.if_match_not_taken': problem(
    400,
    ['If-Match tas inte emot här', 'If-Match is not taken here'],
    [
      'Här lämnas ingen ETag, och If-Match och If-None-Match tas inte emot. Skicka anropet utan dem.',
      'No ETag is given here, and If-Match and If-None-Match are not taken. Send the request without them.',
    ],
  ),
  'request.min_position_malformed': problem(
    400,
    ['X-Min-Position har fel form', 'X-Min-Position is malformed'],
    [
      'X-Min-Position ska vara en X-Position ur ett tidigare svar.',
      'X-Min-Position must be an X-Position from an earlier answer.',
    ],
  ),
  'request.timeout': problem(
    408,
    ['Anropet kom inte fram i tid', 'The request did not arrive in time'],
    ['Skicka det igen.', 'Send it again.'],
  ),
  'request.too_large': problem(
    413,
    ['Anropets innehåll är för stort', 'The body is too large'],
    ['Innehållet får vara högst 256 KiB.', 'The body may be at most 256 KiB.'],
  ),
  'request.wrong_media_type': problem(
    415,
    ['Fel slags innehåll', 'Wrong kind of content'],
    [
      'Bara application/json i UTF-8, inte packat, tas emot.',
      'Only application/json in UTF-8, not compressed, is accepted.',
    ],
  ),
  'request.too_many': problem(
    429,
    ['För många anrop', 'Too many requests'],
    [
      'Vänta så många sekunder som Retry-After säger. Inget har sparats.',
      'Wait for as many seconds as Retry-After says. Nothing was stored.',
    ],
  ),
  'thing.not_found': problem(
    404,
    ['Finns inte', 'Not found'],
    [
      'Det som efterfrågas finns inte, eller inte för den som frågar.',
      'What was asked for does not exist, or not for the one who asks.',
    ],
  ),
  'auth.token_missing': problem(
    401,
    ['Inloggning krävs', 'Login is required'],
    ['Skicka ett giltigt token i Authorization: Bearer.', 'Send a valid token in Authorization: Bearer.'],
  ),
  'auth.token_invalid': problem(
    401,
    ['Inloggningen gäller inte', 'The login is not valid'],
    [
      'Token är utgånget, inte avsett för den här tjänsten eller går inte att lita på. Logga in på nytt.',
      'The token has expired, is not meant for this service or cannot be trusted. Log in again.',
    ],
  ),
  'auth.assurance_too_low': problem(
    403,
    ['Högre tillitsnivå krävs', 'A higher level of assurance is required'],
    [
      'Logga in med en e-legitimation på tillitsnivå 3 eller högre.',
      'Log in with an electronic identification of level of assurance 3 or higher.',
    ],
  ),
  'auth.login_too_old': problem(
    403,
    ['Ny inloggning krävs', 'A fresh login is required'],
    [
      'Identitet och plats öppnas bara kort efter en inloggning på tillitsnivå 3. Logga in på nytt.',
      'Identity and location are opened only shortly after a login at level of assurance 3. Log in again.',
    ],
  ),
  'access.refused': problem(
    403,
    ['Ingen behörighet', 'Not entitled'],
    [
      'Det uppdrag som krävs saknas eller gäller inte nu. Försöket har antecknats.',
      'The appointment that this needs is missing or not in force. The attempt was recorded.',
    ],
  ),
  'access.machine_alone': problem(
    403,
    ['Ett system får inte anropa på egen hand', 'A system may not call by itself'],
    [
      'Verksamhetssystemet ska anropa för en namngiven handläggare som har loggat in på tillitsnivå 3 (RFC 8693). På egen hand läser det bara notiser utan innehåll. Försöket har antecknats.',
      'The case system must call on behalf of a named official who has logged in at level of assurance 3 (RFC 8693). By itself it reads only notices without content. The attempt was recorded.',
    ],
  ),
  'access.not_declared': problem(
    403,
    ['Jäv är inte prövat', 'Disqualification has not been considered'],
    [
      'Innan någon visas vem personen är eller var den finns förklarar handläggaren i ärendet om jäv (16 § förvaltningslagen). Anropa impartiality-declarations, eller disqualifications, för samma ärende, förslag eller förfrågan och hämta sedan igen.',
      'Before anybody is shown who or where the person is, the official declares whether anything disqualifies him or her in the case (16 § Administrative Procedure Act). Call impartiality-declarations, or disqualifications, of the same case, proposal or inquiry, and then ask again.',
    ],
  ),
  'access.other_half_opened': problem(
    403,
    ['Vem och var öppnas inte tillsammans', 'Who and where are not opened together'],
    [
      'Identitet och adress för samma person öppnas inte av samma handläggare inom en kvart utan att en andra person har godkänt det. Försöket har antecknats.',
      'Identity and address of one person are not opened by one official within a quarter of an hour unless a second person has approved it. The attempt was recorded.',
    ],
  ),
  'conflict.refused': problem(
    409,
    ['Går inte i det här läget', 'Not possible in this state'],
    [
      'Ärendets läge tillåter inte detta nu. Inget har ändrats.',
      'The state of the case does not allow this now. Nothing was changed.',
    ],
  ),
  'command.conflict': problem(
    409,
    ['Någon annan hann före', 'Somebody else was first'],
    [
      'Ärendet ändrades medan kommandot behandlades. Läs om och försök igen.',
      'The case changed while the command was being handled. Read again and retry.',
    ],
  ),
  'command.other_content': problem(
    422,
    ['Samma nyckel, annat innehåll', 'Same key, other content'],
    [
      'Detta Idempotency-Key har redan använts för ett annat innehåll. Använd ett nytt.',
      'This Idempotency-Key was used before with other content. Use a new one.',
    ],
  ),
  'revision.stale': problem(
    412,
    ['Läst i ett äldre läge', 'Read in an older state'],
    [
      'If-Match stämmer inte längre: ärendet har ändrats sedan det lästes. Läs om.',
      'If-Match no longer holds: the case has changed since it was read. Read again.',
    ],
  ),
  'revision.required': problem(
    428,
    ['If-Match krävs', 'If-Match is required'],
    [
      'Här kan två handläggare skriva över varandras bedömning. Skicka revisionen av det som lästes som If-Match, eller If-None-Match: * om det inte fanns någon. För en hotbedömning är det assessmentRevision i polisens ärende.',
      "Two officers could overwrite each other's judgement here. Send the revision of what was read as If-Match, or If-None-Match: * where there was none. For an assessment it is assessmentRevision of Police's case.",
    ],
  ),
  'read.behind': problem(
    503,
    ['Läsmodellen är inte i kapp', 'The read model has not caught up'],
    [
      'Begärd X-Min-Position har inte nåtts inom 2 sekunder. Försök igen.',
      'The X-Min-Position that was asked for was not reached within 2 seconds. Try again.',
    ],
  ),
  'grants.behind': problem(
    503,
    ['Behörigheterna är inte i kapp', 'The grants have not caught up'],
    [
      'Tills de har hunnit följa med öppnas inget. Det som skrevs är sparat. Skicka samma anrop igen, ett kommando med samma Idempotency-Key.',
      'Until they have followed nothing opens. What was written is stored. Send the same request again, a command with the same Idempotency-Key.',
    ],
  ),
  'store.overloaded': problem(
    503,
    ['För många samtidiga anrop', 'Too many requests at once'],
    ['Inget har sparats. Försök igen strax.', 'Nothing was stored. Try again shortly.'],
  ),
  'store.unavailable': problem(
    503,
    ['Lagringen svarar inte', 'The store does not answer'],
    [
      'Det är okänt om kommandot sparades. Skicka det igen med samma Idempotency-Key: det utförs inte två gånger.',
      'Whether the command was stored is unknown. Send it again with the same Idempotency-Key: it will not be done twice.',
    ],
  ),
  'auth.issuer_unreachable': problem(
    503,
    ['Inloggningstjänsten svarar inte', 'The login service does not answer'],
    ['Token kan inte kontrolleras just nu. Försök igen.', 'Tokens cannot be checked right now. Try again.'],
  ),
  'record.unavailable': problem(
    503,
    ['Åtkomsten kunde inte antecknas', 'The access could not be recorded'],
    [
      'Ingen läser, och inget försök besvaras, utan att det antecknas. Försök igen.',
      'Nobody reads, and no attempt is answered, without a record. Try again.',
    ],
  ),
  'service.closing': problem(
    503,
    ['Tjänsten stänger', 'The service is closing'],
    ['Försök igen strax.', 'Try again shortly.'],
  ),
  'service.internal': problem(
    500,
    ['Något gick fel hos oss', 'Something went wrong on our side'],
    ['Felet har antecknats under numret i instance.', 'The error was noted under the number in instance.'],
  ),
};

const titles: Readonly<Record<number, Text>> = {
  403: { sv: 'Inte för den här personen', en: 'Not for this person' },
  404: { sv: 'Finns inte', en: 'Not found' },
  409: { sv: 'Går inte i det här läget', en: 'Not possible in this state' },
  422: { sv: 'Det som sägs kan inte stämma', en: 'What was said cannot be so' },
  503: { sv: 'Inte klart', en: 'Not ready' },
};

const ofRules = Object.entries(refusals).map(([code, [status, sv, en]]): [string, ProblemText] => [
  code,
  { status, title: titles[status]!, detail: { sv, en } },
]);

export const knownCodes: Readonly<Record<string, ProblemText>> = {
  ...ofTransport,
  ...Object.fromEntries(ofRules),
};

type RuleText = (limits: readonly (string | number)[]) => Text;

const rules: Readonly<Record<string, RuleText>> = {
  unknown: (allowed) => ({
    sv: `Okänt fält. Kända fält här: ${allowed.join(', ') || 'inga'}.`,
    en: `Unknown field. Known fields here: ${allowed.join(', ') || 'none'}.`,
  }),
  isDefined: () => ({ sv: 'Måste anges.', en: 'Must be given.' }),
  isNotEmpty: () => ({ sv: 'Får inte vara tomt.', en: 'Must not be empty.' }),
  isString: () => ({ sv: 'Måste vara text.', en: 'Must be text.' }),
  isBoolean: () => ({ sv: 'Måste vara true eller false.', en: 'Must be true or false.' }),
  isInt: () => ({ sv: 'Måste vara ett heltal.', en: 'Must be a whole number.' }),
  isNumber: () => ({ sv: 'Måste vara ett tal.', en: 'Must be a number.' }),
  min: ([least]) => ({ sv: `Måste vara minst ${least}.`, en: `Must be at least ${least}.` }),
  max: ([most]) => ({ sv: `Får vara högst ${most}.`, en: `Must be at most ${most}.` }),
  minLength: ([least]) => ({
    sv: `Måste ha minst ${least} tecken.`,
    en: `Must have at least ${least} characters.`,
  }),
  maxLength: ([most]) => ({
    sv: `Får ha högst ${most} tecken.`,
    en: `Must have at most ${most} characters.`,
  }),
  isIn: (allowed) => ({
    sv: `Måste vara något av: ${allowed.join(', ')}.`,
    en: `Must be one of: ${allowed.join(', ')}.`,
  }),
  isUuid: () => ({ sv: 'Måste vara ett UUID.', en: 'Must be a UUID.' }),
  isArray: () => ({ sv: 'Måste vara en lista.', en: 'Must be a list.' }),
  arrayMinSize: ([least]) => ({
    sv: `Måste ha minst ${least} poster.`,
    en: `Must have at least ${least} items.`,
  }),
  arrayMaxSize: ([most]) => ({ sv: `Får ha högst ${most} poster.`, en: `Must have at most ${most} items.` }),
  arrayUnique: () => ({ sv: 'Samma post får inte stå två gånger.', en: 'No item may stand twice.' }),
  isObject: () => ({ sv: 'Måste vara ett objekt.', en: 'Must be an object.' }),
  isPlainDate: () => ({
    sv: 'Måste vara ett datum som finns, ÅÅÅÅ-MM-DD.',
    en: 'Must be a date that exists, YYYY-MM-DD.',
  }),
  isInstant: () => ({
    sv: 'Måste vara en tidpunkt i UTC enligt RFC 3339, till exempel 2026-03-02T08:00:00Z.',
    en: 'Must be an instant in UTC by RFC 3339, for example 2026-03-02T08:00:00Z.',
  }),
  isPersonalIdentityNumber: () => ({
    sv: 'Måste vara ett giltigt personnummer eller samordningsnummer med tolv siffror.',
    en: 'Must be a valid personal identity number or coordination number of twelve digits.',
  }),
  isMunicipalityCode: () => ({
    sv: 'Måste vara koden för en av Sveriges kommuner, fyra siffror.',
    en: 'Must be the code of a Swedish municipality, four digits.',
  }),
  isName: ([most]) => ({
    sv: `Måste vara synliga tecken på en rad, högst ${most}.`,
    en: `Must be visible characters on one line, at most ${most}.`,
  }),
  isText: () => ({
    sv: 'Måste vara läsbar text, inte tom, utan styrtecken.',
    en: 'Must be readable text, not blank, without control characters.',
  }),
  isCursor: () => ({
    sv: 'Måste vara next ur ett tidigare svar.',
    en: 'Must be next from an earlier answer.',
  }),
  matches: () => ({ sv: 'Har fel form.', en: 'Has the wrong form.' }),
  notWith: ([other]) => ({
    sv: `Får inte anges tillsammans med ${other}.`,
    en: `Must not be given with ${other}.`,
  }),
  onlyWith: ([field, ...values]) => ({
    sv: `Anges bara när ${field} är ${values.join(' eller ')}.`,
    en: `Given only when ${field} is ${values.join(' or ')}.`,
  }),
  other: () => ({ sv: 'Är inte giltigt.', en: 'Is not valid.' }),
};

export const texts = {
  rules: Object.keys(rules),
  rule: (rule: string, limits: readonly (string | number)[], language: Language): string =>
    (rules[rule] ?? rules['other']!)(limits)[language],
};
