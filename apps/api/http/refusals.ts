// The "no" of every rule, by its code: HTTP status, and what it says in Swedish and English.
//   403 not for this person, whose part in the case is known     404 does not exist, or not for the caller
//   409 not in the state that the case is in                     422 what was said cannot be so
// Codes that only a process can meet stand here too: an operator may look them up.

type Refusal = readonly [status: 403 | 404 | 409 | 422 | 503, sv: string, en: string];

export const refusals: Readonly<Record<string, Refusal>> = {
  // The case
  'relocation.already_opened': [409, 'Ärendet är redan öppnat.', 'The case is open already.'],
  'relocation.already_requested': [409, 'Omplacering är redan begärd.', 'Relocation is requested already.'],
  'relocation.already_closed': [409, 'Ärendet är redan avslutat.', 'The case is closed already.'],
  'relocation.closed': [409, 'Ärendet är avslutat.', 'The case is closed.'],
  'relocation.not_opened': [404, 'Ärendet finns inte.', 'There is no such case.'],
  'relocation.not_requested': [409, 'Omplacering är inte begärd.', 'Relocation has not been requested.'],
  'relocation.not_arrived': [409, 'Personen har inte kommit fram.', 'The person has not arrived.'],
  'relocation.not_supervised': [
    409,
    'Uppföljt avslut har inte inletts.',
    'Supervised closing has not begun.',
  ],
  'relocation.closing_already_started': [
    409,
    'Uppföljt avslut har redan inletts.',
    'Supervised closing has begun already.',
  ],
  'relocation.supervision_not_over': [
    409,
    'Tiden för uppföljt avslut är inte slut.',
    'The time of supervised closing is not over.',
  ],
  'relocation.departure_pending': [
    409,
    'Det är inte bekräftat att personen har lämnat platsen.',
    'It is not confirmed that the person has left.',
  ],
  'relocation.assessment_not_valid': [
    409,
    'Det finns ingen gällande hotbildsbedömning.',
    'There is no threat assessment in force.',
  ],
  'relocation.waiver_missing': [
    409,
    'Samtycke att häva sekretess saknas.',
    'The waiver of secrecy is missing.',
  ],
  'relocation.support_decision_missing': [
    409,
    'Biståndsbeslut saknas.',
    'The decision on support is missing.',
  ],
  'relocation.too_many_officers': [
    422,
    'Högst tre handläggare får namnges.',
    'At most three officers may be named.',
  ],
  'relocation.no_officer_named': [422, 'Ingen handläggare är namngiven.', 'No officer is named.'],
  'relocation.nobody_to_place': [422, 'Ingen att placera.', 'Nobody to place.'],
  'relocation.not_a_number_of_persons': [
    422,
    'Antalet personer stämmer inte.',
    'The number of persons is not right.',
  ],
  'relocation.start_in_the_past': [422, 'Önskad start har passerat.', 'The desired start has passed.'],
  'relocation.decision_in_the_future': [
    422,
    'Beslutet är daterat i framtiden.',
    'The decision is dated in the future.',
  ],
  'relocation.contact_in_the_future': [
    422,
    'Mötet är daterat i framtiden.',
    'The meeting is dated in the future.',
  ],
  'claim.already_released': [409, 'Kravet är redan släppt.', 'The claim is released already.'],

  // Waiver and disclosures
  'disclosure.no_waiver': [409, 'Det finns inget gällande samtycke.', 'There is no waiver in force.'],
  'disclosure.waiver_lapsed': [409, 'Samtycket gäller inte längre.', 'The waiver no longer holds.'],
  'disclosure.waiver_already_over': [
    422,
    'Samtycket skulle redan ha gått ut.',
    'The waiver would be over already.',
  ],
  'disclosure.waiver_would_narrow': [
    409,
    'Ett smalare samtycke kräver återkallelse först.',
    'A narrower waiver needs a withdrawal first.',
  ],
  'disclosure.signed_in_the_future': [
    422,
    'Samtycket är daterat i framtiden.',
    'The waiver is dated in the future.',
  ],
  'disclosure.recipient_not_covered': [
    409,
    'Samtycket omfattar inte mottagaren.',
    'The waiver does not cover the recipient.',
  ],
  'disclosure.class_not_covered': [
    409,
    'Samtycket saknar uppgifter som någon måste få veta för att omplaceringen ska gå att genomföra.',
    'The waiver leaves out data that somebody must be told for the relocation to be carried out.',
  ],
  'disclosure.no_class_covered': [
    409,
    'Samtycket omfattar inte uppgifterna.',
    'The waiver does not cover the data.',
  ],
  'disclosure.another_persons_data': [
    409,
    'Uppgifterna rör en annan person.',
    'The data concern another person.',
  ],
  'disclosure.identity_and_place_together': [
    409,
    'Identitet och plats lämnas aldrig ut tillsammans.',
    'Identity and place are never disclosed together.',
  ],
  'disclosure.items_do_not_match': [
    409,
    'Uppgifterna stämmer inte med begäran.',
    'The items do not match the request.',
  ],
  'disclosure.id_used_for_something_else': [
    409,
    'Numret används för något annat.',
    'The id is used for something else.',
  ],
  'disclosure.nobody_stands_there': [
    409,
    'Ingen kan befinna sig på platsen.',
    'Nobody can be standing there.',
  ],
  'disclosure.place_exposed': [
    409,
    'Platsen är röjd: bara räddare får veta adressen.',
    'The place is exposed: only rescuers are told the address.',
  ],
  'disclosure.nothing_to_tell': [409, 'Det finns inget att lämna ut.', 'There is nothing to disclose.'],
  'disclosure.no_person_named': [409, 'Ingen mottagare är namngiven.', 'No person is named to receive.'],
  'disclosure.not_a_rescuer': [409, 'Mottagaren är inte räddare.', 'The recipient is no rescuer.'],
  'disclosure.rescuer_still_needed': [
    409,
    'Räddaren behövs tills personen har lämnat platsen.',
    'The rescuer is needed until the person has left.',
  ],
  'disclosure.letter_not_taken_back': [
    409,
    'Det som har lämnats i brev tas inte tillbaka.',
    'What was told by letter is not taken back.',
  ],
  'disclosure.rescue_does_not_expire': [
    409,
    'Räddarens tillgång har inget slutdatum.',
    "A rescuer's access has no end date.",
  ],
  'disclosure.secrecy_at_holder_missing': [
    409,
    'Sekretess hos mottagaren är inte angiven.',
    'Secrecy at the recipient is not stated.',
  ],
  'disclosure.secrecy_at_holder_unknown': [
    422,
    'Den sekretessbestämmelse som anges gäller inte hos mottagaren.',
    'The secrecy provision that is named does not hold at the recipient.',
  ],
  'disclosure.not_permitted': [
    422,
    'Ingen bestämmelse i rättsgrundskatalogen bryter sekretessen här.',
    'No provision in the catalogue of legal bases lifts the secrecy here.',
  ],
  'disclosure.basis_on_another_foot': [
    422,
    'Den angivna rättsgrunden hör inte till det som utlämnandet vilar på.',
    'The legal basis that is named is not of the kind that the disclosure stands on.',
  ],
  'disclosure.not_told_here': [
    422,
    'Den organisationen får inga uppgifter genom det här systemet.',
    'That organisation is told nothing by this system.',
  ],
  'disclosure.goes_by_inquiry': [
    422,
    'Utan samtycke krävs en skyldighet utan avvägning; annars prövas en begäran av två personer.',
    'Without the waiver there must be a duty that leaves nothing to weigh; otherwise two persons weigh a request.',
  ],
  'disclosure.case_closed': [409, 'Ärendet är avslutat.', 'The case is closed.'],
  'disclosure.class_not_for_recipient': [
    422,
    'Mottagaren ska inte känna till uppgifter av det slaget.',
    'The recipient is not to know data of that kind.',
  ],
  'disclosure.legal_basis_missing': [409, 'Rättslig grund saknas.', 'The legal basis is missing.'],
  'disclosure.already_expired': [
    409,
    'Utlämnandet har redan gått ut.',
    'The disclosure has expired already.',
  ],
  'disclosure.already_ended': [409, 'Utlämnandet är redan avslutat.', 'The disclosure has ended already.'],

  // Candidates and proposals
  'consent.not_requested': [409, 'Omplacering är inte begärd.', 'Relocation has not been requested.'],
  'consent.waiver_lapsed': [409, 'Samtycket gäller inte längre.', 'The waiver no longer holds.'],
  'consent.stale_assessment': [
    409,
    'Hotbildsbedömningen gäller inte längre.',
    'The threat assessment is no longer in force.',
  ],
  'consent.level_changed': [
    409,
    'Hotnivån har ändrats sedan förslaget.',
    'The threat level has changed since the proposal.',
  ],
  'consent.check_too_old': [409, 'Konfliktkontrollen är för gammal.', 'The conflict check is too old.'],
  'consent.candidate_not_available': [
    409,
    'Kandidaten är inte tillgänglig.',
    'The candidate is not available.',
  ],
  'consent.no_go_place': [
    409,
    'Kommunen är spärrad för personen.',
    'The municipality is a no-go place for the person.',
  ],
  'consent.too_many_checks': [
    409,
    'Högst 20 kontroller per ärende får göras inom 24 timmar; from säger när nästa får göras.',
    'At most 20 checks of a case may be made within 24 hours; from says when the next may be.',
  ],
  'consent.unknown_candidate': [404, 'Kandidaten finns inte.', 'There is no such candidate.'],
  'consent.unknown_proposal': [404, 'Förslaget finns inte.', 'There is no such proposal.'],
  'consent.proposal_open': [
    409,
    'Ett förslag är redan öppet; ett i taget.',
    'A proposal is open already; one at a time.',
  ],
  'consent.proposal_closed': [409, 'Förslaget är avslutat.', 'The proposal is closed.'],
  'consent.not_asked': [409, 'Nämnden är inte tillfrågad.', 'The board has not been asked.'],
  'consent.already_asked': [409, 'Kommunen är redan tillfrågad.', 'The municipality has been asked already.'],
  'consent.already_answered': [409, 'Svaret är redan givet.', 'The answer is given already.'],
  'consent.answer_too_late': [409, 'Tiden för svar har gått ut.', 'The time to answer has passed.'],
  'consent.answer_differs': [
    409,
    'Beslutet stämmer inte med det förberedda svaret.',
    'The decision differs from the prepared answer.',
  ],
  'consent.answer_time_invalid': [422, 'Svarstiden stämmer inte.', 'The time to answer is not right.'],
  'consent.not_prepared': [409, 'Svaret är inte förberett.', 'The answer has not been prepared.'],
  'consent.four_eyes': [
    403,
    'Den som förberett svaret får inte besluta det.',
    'Who prepared the answer may not decide it.',
  ],
  'consent.no_counter_proposal': [409, 'Det finns inget motförslag.', 'There is no counter-proposal.'],
  'consent.too_many_counter_proposals': [
    409,
    'Inga fler motförslag är möjliga.',
    'No more counter-proposals are possible.',
  ],
  'consent.terms_missing': [422, 'Motförslaget saknar villkor.', 'The counter-proposal has no terms.'],
  'consent.reason_missing': [422, 'Skäl till nej saknas.', 'The reason for the no is missing.'],
  'consent.acceptance_incomplete': [
    422,
    'Ett ja behöver mottagare, utförare och boende.',
    'A yes needs receivers, provider and housing.',
  ],
  'consent.receivers_invalid': [
    422,
    'En eller två mottagare ska namnges.',
    'One or two receivers must be named.',
  ],
  'consent.provider_without_director': [
    422,
    'Utföraren har ingen föreståndare.',
    'The provider has no director.',
  ],
  'consent.provider_elsewhere': [
    422,
    'Boendet ska ligga i den egna kommunen.',
    'The housing must be in the own municipality.',
  ],
  'consent.places_invalid': [422, 'Antalet platser stämmer inte.', 'The number of places is not right.'],
  'consent.start_in_the_past': [422, 'Starten har passerat.', 'The start has passed.'],
  'consent.nobody_to_ask': [409, 'Det finns ingen att fråga.', 'There is nobody to ask.'],
  'consent.not_coordinator': [
    403,
    'Bara samordnaren klarar av uppgiften.',
    'Only the coordinator settles the task.',
  ],
  'consent.nothing_to_settle': [
    409,
    'Det finns ingen sådan uppgift att klara av.',
    'There is no such task to settle.',
  ],
  'consent.not_due': [409, 'Tiden har inte gått ut.', 'The time has not passed.'],
  'consent.check_again': [
    409,
    'Underlaget har ändrats: kontrollen måste göras om.',
    'What the check rested on has changed: it must be made again.',
  ],
  'consent.referral_without_deadline': [409, 'Hänskjutningen saknar tid.', 'The referral has no deadline.'],

  // The threat
  'threat_assessment.not_police': [403, 'Bara Polisen bedömer hotet.', 'Only Police assess the threat.'],
  'threat_assessment.assessor_is_requester': [
    403,
    'Den som begärt omplaceringen bedömer inte hotet.',
    'Whoever requested the relocation does not assess the threat.',
  ],
  'threat_assessment.assessor_is_clearer': [
    403,
    'Den som klarerat en placering i ärendet bedömer inte hotet.',
    'Whoever cleared a placement of the case does not assess the threat.',
  ],
  'threat_assessment.same_assessor': [
    403,
    'En annan bedömare måste ta ställning till den lägre nivån.',
    'Another assessor must agree to the lower level.',
  ],
  'threat_assessment.not_requested': [
    409,
    'Omplacering är inte begärd.',
    'Relocation has not been requested.',
  ],
  'threat_assessment.not_assessed': [409, 'Hotet är inte bedömt.', 'The threat has not been assessed.'],
  'threat_assessment.no_such_proposal': [
    409,
    'Ingen lägre nivå med det versionsnumret väntar på ställningstagande.',
    'No lower level of that version waits for agreement.',
  ],
  'threat_assessment.proposal_run_out': [
    409,
    'Den lägre nivån är för gammal: en ny bedömning behövs.',
    'The lower level is too old: a new assessment is needed.',
  ],
  'threat_assessment.older_than_current': [
    409,
    'Det finns en nyare bedömning.',
    'There is a newer assessment.',
  ],
  'threat_assessment.no_such_version': [404, 'Bedömningen finns inte.', 'There is no such assessment.'],
  'threat_assessment.still_valid': [409, 'Bedömningen gäller ännu.', 'The assessment still holds.'],
  'threat_assessment.not_a_count': [422, 'Antalet stämmer inte.', 'The number is not right.'],

  // Placement
  'placement.unknown': [404, 'Placeringen finns inte.', 'There is no such placement.'],
  'placement.not_open': [409, 'Placeringen är inte öppen.', 'The placement is not open.'],
  'placement.ended': [409, 'Placeringen är avslutad.', 'The placement has ended.'],
  'placement.not_director': [
    403,
    'Bara boendets föreståndare beslutar.',
    'Only a director of the housing decides.',
  ],
  'placement.not_coordinator': [403, 'Bara samordnaren beslutar.', 'Only the coordinator decides.'],
  'placement.four_eyes': [
    403,
    'Den som begär, bedömer och klarerar är tre personer.',
    'Who requests, assesses and clears are three persons.',
  ],
  'placement.not_admitted': [409, 'Boendet har inte tagit emot.', 'The housing has not admitted.'],
  'placement.not_cleared': [409, 'Placeringen är inte klarerad.', 'The placement has not been cleared.'],
  'placement.not_arrived': [409, 'Personen har inte kommit fram.', 'The person has not arrived.'],
  'placement.already_moving': [409, 'Flytten har redan börjat.', 'The transfer has begun already.'],
  'placement.before_clearance': [
    422,
    'Tidpunkten är före klareringen.',
    'The instant is before the clearance.',
  ],
  'placement.before_transfer': [422, 'Tidpunkten är före flytten.', 'The instant is before the transfer.'],
  'placement.before_arrival': [422, 'Tidpunkten är före ankomsten.', 'The instant is before the arrival.'],
  'placement.in_the_future': [422, 'Tidpunkten är i framtiden.', 'The instant is in the future.'],
  'placement.nobody_stands_by': [
    409,
    'Ingen samordnare hos mottagande polis eller ingen jourtjänsteman kan få larmplanen.',
    'No coordinator at receiving Police, or no duty officer, can be given the alarm plan.',
  ],
  'placement.in_the_past': [422, 'Tidpunkten har passerat.', 'The instant has passed.'],
  'placement.not_due': [409, 'Tiden har inte gått ut.', 'The time has not passed.'],
  'placement.no_such_follow_up': [404, 'Uppföljningen finns inte.', 'There is no such follow-up.'],
  'placement.follow_up_recorded': [
    409,
    'Uppföljningen är redan gjord.',
    'The follow-up is recorded already.',
  ],
  'placement.follow_up_open': [409, 'En uppföljning är öppen.', 'A follow-up is open.'],
  'placement.no_departure_pending': [409, 'Ingen avresa väntar.', 'No departure is pending.'],
  'placement.nobody_to_ask': [409, 'Det finns ingen att fråga.', 'There is nobody to ask.'],

  // Areas and capacity
  'area.moved_on': [409, 'Kontrollen måste göras om.', 'The check must run again.'],
  'area.not_reserved': [409, 'Inget är reserverat.', 'Nothing is reserved.'],
  'area.outside_region': [
    403,
    'Kommunen ligger utanför regionen.',
    'The municipality lies outside the region.',
  ],
  'destination.full': [409, 'Ingen plats är ledig.', 'No place is free.'],
  'destination.undeclared': [
    409,
    'Nämnden har inte angett några platser.',
    'The board has declared no places.',
  ],
  'destination.not_reserved': [409, 'Inget är reserverat.', 'Nothing is reserved.'],
  'destination.until_passed': [
    409,
    'Reservationens tid har gått ut.',
    'The time of the reservation has passed.',
  ],
  'destination.places_invalid': [422, 'Antalet platser stämmer inte.', 'The number of places is not right.'],

  // Coordination, appointments, what is named
  'coordination.no_rules': [503, 'Inga regler gäller ännu.', 'No rules are in force yet.'],
  'coordination.version_not_higher': [409, 'Versionen måste vara högre.', 'The version must be higher.'],
  'coordination.rules_not_usable': [422, 'Reglerna går inte att använda.', 'The rules cannot be used.'],
  'coordination.in_force_in_the_past': [422, 'Regler gäller inte bakåt.', 'Rules do not hold backwards.'],
  'coordination.in_force_before_the_last': [
    422,
    'Regler gäller efter de förra.',
    'Rules hold after the last ones.',
  ],
  'coordination.not_own_duty': [
    403,
    'Bara den själv tar över tjänsten.',
    'Only the person takes over the duty.',
  ],
  'coordination.not_a_coordinator': [
    403,
    'Bara samordnaren har tjänsten.',
    'Only a coordinator has the duty.',
  ],
  'coordination.duty_before_the_last': [
    422,
    'Tjänsten börjar efter den förra.',
    'The duty begins after the last one.',
  ],
  'appointment.ends_before_it_begins': [
    422,
    'Uppdraget slutar innan det börjar.',
    'The appointment ends before it begins.',
  ],
  'appointment.overlaps': [409, 'Uppdraget överlappar ett annat.', 'The appointment overlaps another.'],
  'appointment.other_official': [
    409,
    'Uppdraget gäller en annan person.',
    'The appointment is that of another person.',
  ],
  'appointment.own': [403, 'Ingen förordnar eller utbildar sig själv.', 'Nobody appoints or trains himself.'],
  'appointment.not_found': [404, 'Uppdraget finns inte.', 'There is no such appointment.'],
  'appointment.already_ended': [409, 'Uppdraget är redan avslutat.', 'The appointment has ended already.'],
  'appointment.id_used_for_something_else': [
    409,
    'Numret används för något annat.',
    'The id is used for something else.',
  ],
  'appointment.function_of_another_agency': [
    422,
    'Uppdraget finns inte i den sortens myndighet.',
    'That kind of agency has no such function.',
  ],
  'appointment.needs_delegation': [
    422,
    'Uppdraget kräver nämndens delegation.',
    'The function needs the delegation of the board.',
  ],
  'appointment.training_in_the_future': [
    422,
    'Utbildningen är daterad i framtiden.',
    'The training is dated in the future.',
  ],
  // Openings for minutes
  'break_glass.unknown': [404, 'Nödöppningen finns inte.', 'There is no such broken glass.'],
  'break_glass.stays_shut': [
    422,
    'Uppgifterna öppnas inte ens i nöd av den som har den rollen.',
    'No glass opens these data for somebody in that part.',
  ],
  'break_glass.same_person': [
    403,
    'Nödöppningen ska bekräftas av en annan person.',
    'A broken glass is confirmed by another person.',
  ],
  'break_glass.unconfirmed_before': [
    409,
    'Ingen annan har bekräftat din förra nödöppning i ärendet. En annan handläggare, socialjouren, polisens samordnare eller den nationella samordnaren kan bekräfta den, också i efterhand, eller öppna i ditt ställe.',
    'Nobody else has confirmed your last broken glass in the case. Another officer, the duty officer, the coordinator of Police or the national coordinator may confirm it, late as well, or open in your place.',
  ],
  'break_glass.not_due': [409, 'Tiden har inte gått ut.', 'The time has not passed.'],
  'joint_opening.unknown': [404, 'Begäran finns inte.', 'There is no such request.'],
  'joint_opening.same_person': [
    403,
    'En gemensam öppning godkänns av en annan person.',
    'A joint opening is approved by another person.',
  ],
  'joint_opening.too_late': [
    409,
    'Tiden för att svara på begäran har gått ut.',
    'The time to answer the request has passed.',
  ],
  'joint_opening.already_answered': [
    409,
    'Begäran är redan besvarad på annat sätt.',
    'The request has been answered otherwise already.',
  ],

  // Log review
  'review.unknown': [404, 'Granskningen finns inte.', 'There is no such review.'],
  'review.own_record': [
    403,
    'Ingen granskar sina egna läsningar.',
    "Nobody reviews a record of one's own reading.",
  ],
  'review.reason_does_not_fit': [
    422,
    'Skälet hör inte till utfallet.',
    'The reason does not go with the outcome.',
  ],
  'review.already_settled': [
    409,
    'Posten är redan granskad med ett annat utfall.',
    'The record is settled with another outcome already.',
  ],
  'access_report.requested_in_the_future': [
    422,
    'Begäran är daterad i framtiden.',
    'The request is dated in the future.',
  ],
  'jurisdiction.unknown_municipality': [422, 'Kommunen finns inte.', 'There is no such municipality.'],
  'official.not_trained': [
    422,
    'Någon som namnges har inte gått utbildningen i skyddade personuppgifter. Utbildningen kommer före åtkomsten.',
    'Somebody who is named has not had the training in protected personal data. Training comes before access.',
  ],
  'disclosure.disqualified': [
    409,
    'Den som är jävig i ärendet tar ingen del i det, och det tas inte tillbaka.',
    'Who is disqualified in the case takes no part in it, and that is not taken back.',
  ],
  'disclosure.last_contact': [
    409,
    'Den sista namngivna anger i samma beslut vem som tar över (successor).',
    'The last who is named says in the same decision who takes over (successor).',
  ],
  'disclosure.names_himself': [
    403,
    'Ingen släpper in sig själv: någon annan namnger.',
    'Nobody lets himself in: somebody else names.',
  ],
  'disclosure.nobody_goes': [
    422,
    'Den som kommer ersätter någon (outgoing), om inte skälet är MORE_HANDS.',
    'Who comes replaces somebody (outgoing), unless the reason is MORE_HANDS.',
  ],
  'disclosure.not_a_contact': [
    409,
    'Den som ska lämna är inte namngiven i ärendet.',
    'Who is to go is not named in the case.',
  ],
  'disclosure.already_a_contact': [
    409,
    'Den som ska komma är redan namngiven i ärendet.',
    'Who is to come is named in the case already.',
  ],
  'disclosure.contact_has_left': [
    409,
    'Den som har lämnat ärendet släpps inte in igen.',
    'Who has left the case is not let in again.',
  ],
  'disclosure.too_many_contacts': [
    409,
    'Så många som får veta av en myndighet är redan namngivna.',
    'As many as may know at one agency are named already.',
  ],
  'official.not_appointed': [
    422,
    'Någon som namnges har inte det uppdrag som krävs där.',
    'Somebody who is named does not hold the needed function there.',
  ],
  'organisation.not_a_board': [
    422,
    'Organisationen är ingen socialnämnd.',
    'The organisation is no social board.',
  ],
  'municipality.unknown': [422, 'Kommunen finns inte.', 'There is no such municipality.'],
  'identity.invalid_number': [
    422,
    'Numret är inget giltigt personnummer.',
    'The number is no valid personal identity number.',
  ],
  'identity.invalid_organisation_number': [
    422,
    'Numret är inget giltigt organisationsnummer.',
    'The number is no valid organisation number.',
  ],
  'identity.invalid_date': [422, 'Datumet i numret är inte giltigt.', 'The date in the number is not valid.'],
  'list.cursor_not_valid': [422, 'Fortsättningen är inte giltig.', 'The cursor is not valid.'],
  'list.limit_not_valid': [422, 'Antalet är inte giltigt.', 'The limit is not valid.'],

  // Requests for information and stay inquiries
  'inquiry.already_received': [409, 'Förfrågan är redan registrerad.', 'The inquiry is registered already.'],
  'inquiry.not_received': [
    409,
    'Steget hör till ett annat slags förfrågan.',
    'This step belongs to another kind of inquiry.',
  ],
  'inquiry.nothing_asked': [422, 'Inget efterfrågas.', 'Nothing is asked for.'],
  'inquiry.not_a_board': [
    409,
    'En sådan förfrågan besvaras av socialnämnden.',
    'An inquiry of this kind is answered by the social welfare board.',
  ],
  'inquiry.reviewer_is_receiver': [
    422,
    'Den som tog emot förfrågan kan inte vara den andra som granskar.',
    'Who received the inquiry cannot be the second person who looks at it.',
  ],
  'inquiry.reviewer_named_twice': [
    422,
    'Samma granskare är namngiven två gånger.',
    'The same reviewer is named twice.',
  ],
  'inquiry.too_few_reviewers': [
    422,
    'Två personer ska granska: namnge en till.',
    'Two persons must look at it: name one more.',
  ],
  'inquiry.not_a_reviewer': [
    403,
    'Bara de som är namngivna i förfrågan deltar i avvägningen.',
    'Only those who are named in the inquiry take part in the weighing.',
  ],
  'inquiry.four_eyes': [
    403,
    'En annan person måste besluta eller besvara.',
    'Another person must decide or answer.',
  ],
  'inquiry.no_recipient': [
    422,
    'Det som lämnas ut går till någon, med namn.',
    'What is told goes to somebody, by name.',
  ],
  'inquiry.not_weighed': [409, 'Förfrågan är inte avvägd.', 'The inquiry has not been weighed.'],
  'inquiry.already_weighed': [
    409,
    'Förfrågan är redan avvägd och väntar på en annan person.',
    'The inquiry is weighed already and waits for another person.',
  ],
  'inquiry.already_decided': [409, 'Förfrågan är redan avslutad.', 'The inquiry is closed already.'],
  'inquiry.not_permitted': [
    422,
    'Avvägningen kan inte leda till ett utlämnande: se facts för regeln.',
    'The weighing cannot lead to a disclosure: see facts for the rule.',
  ],
  'inquiry.too_late_to_disclose': [
    409,
    'Tiden är ute: förfrågan kan bara avslås, eller göras på nytt.',
    'The time is out: the inquiry can only be refused, or be made again.',
  ],

  // Decisions that are served
  'served_decision.place_in_decision': [
    422,
    'Plats och utförare står aldrig i det beslut som delges: registrera dem i ett eget beslut.',
    'Place and provider never stand in the decision that is served: register them in a decision of their own.',
  ],
  'served_decision.already_registered': [
    409,
    'Ett annat beslut är registrerat under samma id.',
    'Another decision is registered under the same id.',
  ],
  'served_decision.not_registered': [409, 'Beslutet är inte registrerat.', 'The decision is not registered.'],
  'served_decision.another_persons_data': [
    409,
    'Beslutet gäller en annan person.',
    'The decision concerns another person.',
  ],
  'served_decision.decided_in_the_future': [
    422,
    'Beslutet är daterat i framtiden.',
    'The decision is dated in the future.',
  ],
  'served_decision.left_in_the_future': [
    422,
    'Tidpunkten då barnet lämnade platsen ligger i framtiden.',
    'The child is said to leave the place in the future.',
  ],
  // Erasure: met by whoever orders it with the tool (apps/ops/erasure.ts)
  'erasure.already_proposed': [409, 'Gallring är redan föreslagen.', 'An erasure is proposed already.'],
  'erasure.not_proposed': [409, 'Gallringen är inte föreslagen.', 'The erasure is not proposed.'],
  'erasure.same_person': [
    403,
    'Den som har föreslagit får inte själv besluta.',
    'Whoever proposed it may not decide it.',
  ],
  'erasure.cases_changed': [
    409,
    'Personens ärenden har ändrats sedan förslaget.',
    'The cases of the person have changed since it was proposed.',
  ],
  'erasure.entries_changed': [
    409,
    'Det har tillkommit uppgifter sedan förslaget.',
    'Something was written in the files since it was proposed.',
  ],
  'erasure.not_decided': [409, 'Gallringen är inte beslutad.', 'The erasure is not decided.'],
  'erasure.already_decided': [409, 'Gallringen är redan beslutad.', 'The erasure is decided already.'],
  'erasure.keys_left': [409, 'Det finns nycklar kvar.', 'There are keys left.'],
  'erasure.old_epoch_left': [409, 'En äldre nyckelepok finns kvar.', 'An earlier epoch of the keys is left.'],
  'erasure.legal_hold': [409, 'Uppgifterna får inte gallras för närvarande.', 'There is a legal hold.'],
  'erasure.case_open': [409, 'Ett ärende är inte avslutat.', 'A case is not closed.'],
  'erasure.not_handed_over': [409, 'Inget ärende har lämnats över.', 'No case has been handed over.'],
  'erasure.still_there': [409, 'Personen kan finnas kvar på platsen.', 'The person may still be there.'],
  'erasure.placed_child': [
    409,
    'Akten rör ett placerat barn och bevaras.',
    'The file is of a child who was placed, and is kept.',
  ],
  'erasure.birthday_unknown': [
    409,
    'Det går inte att avgöra om akten ska bevaras för forskning.',
    'It cannot be told whether the file is kept for research.',
  ],
  'erasure.kept_for_research': [409, 'Akten bevaras för forskning.', 'The file is kept for research.'],
  'erasure.too_early': [409, 'Gallringsfristen har inte gått ut.', 'The years of retention are not full.'],
  // Requests for official documents
  'public_access.already_registered': [
    409,
    'En begäran är redan registrerad under detta diarienummer.',
    'A request is registered already under this registry number.',
  ],
  'public_access.not_registered': [404, 'Begäran finns inte.', 'There is no such request.'],
  'public_access.not_an_authority': [
    422,
    'Organisationen är ingen myndighet.',
    'The organisation is no authority.',
  ],
  'public_access.asked_for_apart': [
    422,
    'Riktlinjer registreras som en egen begäran.',
    'A policy is registered as a request of its own.',
  ],
  'public_access.nothing_asked_for': [
    422,
    'Minst ett slag av handlingar måste anges.',
    'At least one kind of documents must be given.',
  ],
  'public_access.received_in_the_future': [
    422,
    'Dagen eller tidpunkten ligger i framtiden.',
    'The day or time lies in the future.',
  ],
  'public_access.before_what_it_is_about': [
    422,
    'Dagen eller tidpunkten ligger före det som den gäller.',
    'The day or time lies before what it is about.',
  ],
  'public_access.registry_number_not_of_this_authority': [
    422,
    'Numret har inte den form som myndigheten ger sina nummer.',
    'The number does not have the form that the authority gives its numbers.',
  ],
  'public_access.already_answered': [409, 'Begäran är redan besvarad.', 'The request is answered already.'],
  'public_access.no_decision_requested': [
    409,
    'Ingen har begärt myndighetens beslut.',
    'Nobody has asked for a decision of the authority.',
  ],
  'public_access.four_eyes': [
    403,
    'Den som avslog begäran får inte också fatta myndighetens beslut.',
    'Who refused the request may not also decide for the authority.',
  ],
  'public_access.copies_go_with_a_release': [
    422,
    'Antalet sidor anges när handlingar lämnas ut, och bara då.',
    'The number of pages is given with a release, and only then.',
  ],
  'public_access.kinds_go_with_a_release': [
    422,
    'Det som lämnas ut anges när handlingar lämnas ut, och bara då.',
    'What is released is given with a release, and only then.',
  ],
  'public_access.would_confirm_or_deny': [
    422,
    'Att inget finns får bara sägas om handlingar som inte kan gälla någon. Avslå i stället.',
    'That there is nothing may be said only of documents that can concern nobody. Refuse instead.',
  ],
  'public_access.nothing_to_refuse_on': [
    422,
    'Ingen sekretessbestämmelse kan gälla för det begärda slaget av handlingar.',
    'No provision on secrecy can apply to the kind of documents requested.',
  ],
  'public_access.part_was_released': [
    409,
    'En del har redan lämnats ut. Finns inget mer är allt utlämnat: svara med utlämnande.',
    'Part of it was released. If there is nothing more, all of it is: answer with a release.',
  ],
  'public_access.ordered_other_than_asked': [
    422,
    'Domstolen kan bara förordna att det som begärts lämnas ut, när beslutet ändras.',
    'The court can order the release only of what was asked for, where it changes the decision.',
  ],
  'public_access.released_other_than_asked': [
    422,
    'Bara det som begärts lämnas ut; lämnas mindre ut är det delvis.',
    'Only what was asked for is released; if it is less, it is in part.',
  ],
  'public_access.not_tested': [
    422,
    'Skadeprövning saknas för en bestämmelse, eller är angiven mer än en gång.',
    'A provision has not been tested, or more than once.',
  ],
  'public_access.nothing_stands_in_the_way': [
    422,
    'Ingen skadeprövning hindrar att uppgifterna lämnas ut. Pröva som om handlingen fanns, eller lämna ut.',
    'No harm test stands in the way of a release. Test as if the document were there, or release.',
  ],
  'public_access.rest_goes_with_a_part': [
    422,
    'Skadeprövningen av det som utelämnas anges när handlingar lämnas ut delvis, och bara då.',
    'The test of what is left out is given with a release in part, and only then.',
  ],
  'public_access.secret': [
    409,
    'Skadeprövningen tillåter inte att uppgifterna lämnas ut.',
    'The harm test does not allow the release.',
  ],
  'public_access.small_figures_not_looked_at': [
    422,
    'Ange den minsta siffran över noll i statistik som lämnas ut, och bara då.',
    'Say which is the smallest figure above nought in statistics that are released, and only then.',
  ],
  'public_access.small_figures': [
    422,
    'Statistik med en siffra från 1 till 4 lämnas inte ut: den kan peka ut någon. Slå ihop grupper eller maska siffran, och dem som den kan räknas fram ur.',
    'Statistics with a figure from 1 to 4 are not released: it may point to somebody. Merge groups, or mask it and those from which it can be worked out.',
  ],
  'public_access.nothing_was_refused': [
    409,
    'Inget har avslagits av en tjänsteman.',
    'Nothing was refused by an official.',
  ],
  'public_access.no_decision_to_serve': [
    409,
    'Det finns inget avslagsbeslut att delge.',
    'There is no refusal of the authority to serve.',
  ],
  'public_access.served_at_another_time': [
    422,
    'Beslutet kan inte ha delgetts den dagen.',
    'The decision cannot have been served on that day.',
  ],
  'public_access.nothing_to_appeal': [
    409,
    'Det finns inget beslut att överklaga.',
    'There is no decision to appeal.',
  ],
  'public_access.no_appeal_to_decide': [
    409,
    'Inget överklagande väntar på domstolens avgörande.',
    'No appeal is waiting for the court.',
  ],
  'public_access.appeal_already_decided': [
    409,
    'Ett annat avgörande är redan antecknat.',
    'Another outcome is on record already.',
  ],
  'public_access.decided_at_another_time': [
    422,
    'Domstolen kan inte ha avgjort målet den dagen.',
    'The court cannot have decided on that day.',
  ],
  'public_access.court_ordered_release': [
    409,
    'Domstolen har beslutat att handlingarna ska lämnas ut.',
    'The court has ordered that the documents be released.',
  ],
  'public_access.rules_without_source': [
    422,
    'Beslutet som reglerna kommer ur saknas.',
    'The decision that the rules come from is missing.',
  ],
  'public_access.not_a_pattern': [422, 'Mönstret är inte giltigt.', 'The pattern is not valid.'],
  'public_access.fees_of_the_ordinance': [
    422,
    'Myndigheten följer avgiftsförordningen och har ingen egen taxa.',
    'The authority follows the fees ordinance and has no table of its own.',
  ],
  'public_access.not_fees': [422, 'Avgifterna måste vara hela ören.', 'The fees must be whole öre.'],
  'public_access.version_not_higher': [
    409,
    'Versionen måste vara högre än den förra.',
    'The version must be higher than the last one.',
  ],
  'public_access.in_force_before_the_last': [
    422,
    'Reglerna får inte börja gälla före de förra.',
    'The rules may not come into force before the last ones.',
  ],

  // Protected personal data
  'protected_data.not_the_applicant': [
    422,
    'Den som ansöker får inte ansöka för personen.',
    'The applicant may not apply for the person.',
  ],
  'protected_data.already_requested': [
    409,
    'En ansökan av det slaget är redan öppen.',
    'An application of that kind is open already.',
  ],
  'protected_data.id_used_for_something_else': [
    409,
    'Numret används redan för en annan ansökan.',
    'The id is used for another application.',
  ],
  'protected_data.no_such_protection': [404, 'Ansökan finns inte.', 'There is no such application.'],
  'protected_data.already_decided': [409, 'Ansökan är redan avgjord.', 'The application is decided already.'],
  'protected_data.refused_has_no_terms': [
    422,
    'Ett avslag har varken sista dag eller kommun.',
    'A refusal has neither a last day nor a municipality.',
  ],
  'protected_data.decided_before_it_was_applied_for': [
    422,
    'Beslutet är daterat före ansökan.',
    'The outcome is dated before the application.',
  ],
  'protected_data.ends_before_it_begins': [
    422,
    'Den sista dagen ligger inte efter den första.',
    'The last day is not after the first.',
  ],
  'protected_data.no_other_registration': [
    422,
    'Kommun anges bara vid skyddad folkbokföring.',
    'A municipality is given only with a protected registration.',
  ],
  'protected_data.identity_does_not_end': [
    422,
    'Fingerade personuppgifter har ingen sista dag här.',
    'An assumed identity has no last day here.',
  ],
  'protected_data.not_granted': [409, 'Skyddet är inte beviljat.', 'The protection is not granted.'],
  'protected_data.ends_by_itself': [422, 'Det slutet kommer av sig självt.', 'That end comes by itself.'],
  'protected_data.notice_already_sent': [
    409,
    'Underrättelsen är redan skickad.',
    'The notice has been sent already.',
  ],
  'protected_data.family_not_included': [
    422,
    'Familjen kan bara ingå i en ansökan om skyddad folkbokföring; annat skydd söker var och en för sig.',
    'Family may be included in a protected registration alone; other protection is applied for by each person.',
  ],
  'protected_data.nothing_applied_for': [
    409,
    'Inget skydd är sökt eller beviljat.',
    'No protection is applied for or granted.',
  ],
  'protected_data.register_not_listed': [
    422,
    'Registret stod inte på listan den dagen.',
    'The register was not on the list of that day.',
  ],
  'protected_data.checked_since': [
    409,
    'Registret har kontrollerats en senare dag.',
    'The register has been checked on a later day.',
  ],
  'protected_data.checked_before_this_place': [
    409,
    'Registret måste kontrolleras på nytt: en ny placering har beslutats sedan den dagen.',
    'The register must be checked again: another placement has been cleared since that day.',
  ],
  'protected_data.in_the_future': [422, 'Dagen ligger i framtiden.', 'The day lies in the future.'],
};
