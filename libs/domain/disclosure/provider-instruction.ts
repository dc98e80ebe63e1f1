import type { PlainDate } from '#kernel';

/** What a provider is told with a booking about questions from others; from `from` on, until the next one. */
export interface ProviderInstruction {
  readonly from: PlainDate;
  readonly sv: string;
  readonly en: string;
}

/**
 * Private providers are asked directly under lag (2025:170) 4 §, with no office beside them to weigh it. A change is a
 * new entry: which text held on the day of a booking stays known.
 */
const instructions: readonly ProviderInstruction[] = [
  {
    from: '2025-04-01',
    sv: [
      'Om någon frågar om en person som bor eller har bott hos er – även polis eller annan myndighet, i telefon, i brev eller vid dörren:',
      '1. Bekräfta inte och förneka inte. Säg att frågan registreras och besvaras skriftligt.',
      '2. Skriv upp vem som frågar, vilken myndighet och vilken bestämmelse den stöder sig på, och registrera frågan här samma dag. Nämnden prövar den, två personer tillsammans; besvara den inte själva.',
      '3. Lämna inte ut listor över boende eller bokningar, och sätt inte namn på dörr, post eller i besöksliggare.',
      '4. Vid fara för någons liv: ring 112, och sedan det nummer som står i larmplanen.',
    ].join('\n'),
    en: [
      'If anybody asks about a person who stays or has stayed with you – also police or another authority, by phone, by letter or at the door:',
      '1. Neither confirm nor deny. Say that the question is registered and answered in writing.',
      '2. Write down who asks, for which authority and on which provision, and register the question here on the same day. The board weighs it, two persons together; do not answer it yourselves.',
      '3. Hand out no lists of residents or bookings, and put no name on doors, post or in a visitors’ book.',
      '4. If a life is in danger: call 112, and then the number in the alarm plan.',
    ].join('\n'),
  },
];

/** The instruction in force on a day; the first one also for days before it. */
export const providerInstructionOn = (day: PlainDate): ProviderInstruction =>
  instructions.findLast(({ from }) => from <= day) ?? instructions[0]!;
