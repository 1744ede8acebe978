import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';

/** An answer made of what the diagnosis says, nothing else; `evidence` is what it rests on. */
export interface Answer {
  readonly text: string;
  readonly evidence: readonly string[];
}

interface Passage {
  readonly topic: Topic;
  readonly text: string;
  readonly evidence: readonly string[];
}

type Topic = 'cause' | 'evidence' | 'change' | 'repair' | 'symptom' | 'ruled-out' | 'gap' | 'onset';

// Words by which people ask for a part of a diagnosis, in the two languages of the page.
const ASKED_BY: Readonly<Record<Topic, RegExp>> = {
  cause: /\b(why|cause|reason|wrong|broke|happen\w*|root)\b|원인|왜|이유/i,
  evidence: /\b(evidence|proof|prove|sure|how do you know|log|logs)\b|증거|근거|로그/i,
  change: /\b(chang\w*|deploy\w*|rollout|release|config\w*|before)\b|변경|배포/i,
  repair: /\b(fix|repair|solve|do|remed\w*|mitigat\w*|roll ?back|next)\b|해결|조치|복구/i,
  symptom: /\b(affect\w*|impact|symptom\w*|who|users?|downstream)\b|영향|증상/i,
  'ruled-out': /\b(ruled? out|not|else|instead|other|excluded?)\b|배제|제외/i,
  gap: /\b(missing|unknown|gap|could not|cannot|don't know)\b|부족|누락/i,
  onset: /\b(when|since|start\w*|began|begin|time)\b|언제|시작/i,
};
const MOST = 6;

/** Answers a question about an incident out of its diagnosis: the parts it asks for, else the passages that share its words. */
export function answerQuestion(diagnosis: Diagnosis, question: string): Answer {
  const all = passages(diagnosis);
  const topics = (Object.keys(ASKED_BY) as Topic[]).filter((topic) => ASKED_BY[topic].test(question));
  const words = wordsOf(question);
  const ranked = all
    .map((passage, index) => ({ passage, index, score: score(passage, { topics, words }) }))
    .filter(({ score: points }) => points > 0)
    .sort((left, right) => right.score - left.score || left.index - right.index)
    .slice(0, MOST)
    .map(({ passage }) => passage);
  if (ranked.length === 0)
    return { text: `The diagnosis says nothing about that. It says: ${diagnosis.summary}`, evidence: [] };
  return {
    text: ranked.map(({ text }) => text).join('\n'),
    evidence: [...new Set(ranked.flatMap(({ evidence }) => evidence))],
  };
}

function score({ topic, text }: Passage, asked: { topics: readonly Topic[]; words: ReadonlySet<string> }): number {
  let shared = 0;
  for (const word of wordsOf(text)) if (asked.words.has(word)) shared++;
  return (asked.topics.includes(topic) ? 3 : 0) + shared;
}

const SMALL = new Set(['the', 'and', 'for', 'was', 'are', 'did', 'does', 'what', 'this', 'that', 'with', 'how', 'its']);

function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}./_-]{2,}/gu) ?? [];
  return new Set(words.filter((word) => !SMALL.has(word)));
}

function passages(diagnosis: Diagnosis): Passage[] {
  const { causes, symptoms, ruledOut, gaps, changes, remediation, onset, evidence } = diagnosis;
  return [
    ...causes.map(
      ({ subject, statement, confidence, supports }): Passage => ({
        topic: 'cause',
        text: `${formatSubject(subject)}: ${statement} (${confidence.band} confidence: ${confidence.basis})`,
        evidence: supports,
      }),
    ),
    ...(onset === null ? [] : [{ topic: 'onset' as const, text: `It began at ${onset}.`, evidence: [] }]),
    ...changes.map(
      ({ time, title, relevance }): Passage => ({
        topic: 'change',
        text: `${time} ${title} (${relevance})`,
        evidence: [],
      }),
    ),
    ...remediation.map(
      ({ statement, risk, undo }): Passage => ({
        topic: 'repair',
        text: `${statement} (risk ${risk}; undo: ${undo})`,
        evidence: [],
      }),
    ),
    ...symptoms.map((symptom): Passage => ({ topic: 'symptom', text: symptom.statement, evidence: symptom.evidence })),
    ...ruledOut.map((one): Passage => ({ topic: 'ruled-out', text: one.statement, evidence: one.evidence })),
    ...gaps.map(
      ({ statement, wouldShow }): Passage => ({
        topic: 'gap',
        text: `${statement}; it would show ${wouldShow}`,
        evidence: [],
      }),
    ),
    ...Object.entries(evidence).map(
      ([id, { source, text }]): Passage => ({
        topic: 'evidence',
        text: `${source}: ${text}`,
        evidence: [id],
      }),
    ),
  ];
}
