import { roadKinds, startOfDay } from '#kernel';
import type { EnactedRules } from './coordination.decider.js';

/**
 * The first set of rules. Every value names its source; "design" is a decision of this project (domain.md), no law,
 * and may be replaced by enacting a higher version, never by changing this one.
 * Statutory clocks (domain.md 2.5) come with the paths that they belong to.
 */
export const rules2026: EnactedRules = {
  inForceFrom: startOfDay('2026-01-01'),
  rules: {
    version: 1,
    clocks: {
      threatAssessment: { calendar: 'WORKING', amount: 3, unit: 'DAYS', source: 'design 2.1 step 4' },
      proposalAnswer: { calendar: 'WORKING', amount: 5, unit: 'DAYS', source: 'design 2.1 step 7' },
      counterAnswer: {
        calendar: 'WORKING',
        amount: 5,
        unit: 'DAYS',
        source: 'design 2.2 counter-proposal, no time given there: as 2.1 step 7',
      },
      referralAnswer: {
        calendar: 'SAFETY',
        amount: 24,
        unit: 'HOURS',
        source: 'design 2.1 steps 5 and 9: a check is good for 24 h, silence drops the candidate',
      },
      clearance: { calendar: 'WORKING', amount: 2, unit: 'DAYS', source: 'design 1.1 national coordinator' },
      arrivalOverdue: { calendar: 'SAFETY', amount: 24, unit: 'HOURS', source: 'design 2.1 step 12' },
      conflictCheckMaxAge: { calendar: 'SAFETY', amount: 24, unit: 'HOURS', source: 'design 2.1 step 9' },
      supervisedClosing: {
        calendar: 'SAFETY',
        amount: 6,
        unit: 'MONTHS',
        source: 'design 2.1 step 14, after supervised inactivation in VioGen [F35]',
      },
    },
    // VioGén: extreme 72 h, high 7 d, medium 30 d, low 60 d [F68]; design 4.
    validityHours: { LOW: 60 * 24, MEDIUM: 30 * 24, HIGH: 7 * 24, EXTREME: 72 },
    // Design 4: ordered 48 h before the end, 24 h for EXTREME.
    reassessmentLeadHours: { LOW: 48, MEDIUM: 48, HIGH: 48, EXTREME: 24 },
    // Design 2.2, no answer: reminder at 50 %.
    reminderAt: 0.5,
    // Design 2.2, counter-proposal: at most two rounds, then the coordinator decides.
    maxCounterRounds: 2,
    // Design 2.1 step 13: 24 h, 72 h, 7 d, 30 d, then every 30 d, after 6 months every 90 d.
    followUps: { firstHours: [24, 72, 7 * 24, 30 * 24], everyDays: 30, afterDays: 180, thenEveryDays: 90 },
    // 2.1 step 1: the waiver covers all agencies concerned; one left out, and the method cannot be used [F7].
    mandatoryRecipients: roadKinds,
    // What is told on the waiver between request and arrival: Police are told who (2.1 step 4), the coordinator and the
    // boards what is needed (5-7), the home board what to avoid (matrix 1.2, threat detail S), and after the clearance
    // the boards and Police who and where (9-10). One class left out, and a case would stop with somebody who was never
    // told. An address is told to rescuers alone, and that does not stand on the waiver (2.2, withdrawal).
    mandatoryClasses: ['identity', 'family', 'needs', 'threat-advice', 'destination'],
  },
};
