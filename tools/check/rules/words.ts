import { isProductSource } from '../project.ts';
import type { Rule } from '../rule.ts';
import { isSyntaxNode, type SyntaxNode, walk } from '../source-file.ts';

/** Words that name one of our things wrongly, and the word that is used instead. */
const BANNED: ReadonlyMap<string, string> = new Map([
  ['ticket', 'incident'],
  ['tickets', 'incidents'],
  ['problem', 'finding, or incident'],
  ['problems', 'findings, or incidents'],
  ['issue', 'finding, or incident'],
  ['issues', 'findings, or incidents'],
]);

// RFC 9457, the node-problem-detector and zod name these things; they are not ours to rename. A stream ticket is one in the
// sense of a theatre, as WebSocket guides call it.
const FOREIGN =
  /^(\w*problemJson|problemDetails?|nodeProblem\w*|zodIssues?|problem|problem(Of|Answer|Body|Statuses|Error)|answerProblems|\w*stream_?tickets?\w*|ticket(_hash|Holder|Of|Options)?|createTicketRoute|orByTicket)$/i;

const DECLARATIONS: Readonly<Record<string, string>> = {
  FunctionDeclaration: 'id',
  VariableDeclarator: 'id',
  ClassDeclaration: 'id',
  TSTypeAliasDeclaration: 'id',
  TSInterfaceDeclaration: 'id',
  TSPropertySignature: 'key',
  PropertyDefinition: 'key',
  MethodDefinition: 'key',
};

function declaredName(node: SyntaxNode): string {
  const slot = DECLARATIONS[node.type];
  const name = slot === undefined ? undefined : node[slot];
  return isSyntaxNode(name) && name.type === 'Identifier' ? String(name['name']) : '';
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase());
}

export const wordsRule: Rule = {
  name: 'words',
  means:
    'One word for one thing: alert, incident, evidence, finding, subject, change, hypothesis, diagnosis, recording, gap. A second name for one of them makes two things out of it.',
  remedy:
    'Use the word of the glossary in docs/architecture.md. A name that belongs to an outside format is listed in tools/check/rules/words.ts.',
  find: (project) =>
    project.sources
      .filter((file) => isProductSource(file.path))
      .flatMap((file) => {
        const found: { file: string; line: number; text: string }[] = [];
        walk(file.program, (node) => {
          const name = declaredName(node);
          const banned = FOREIGN.test(name) ? undefined : wordsOf(name).find((word) => BANNED.has(word));
          if (banned === undefined) return;
          found.push({ file: file.path, line: file.lineAt(node.start), text: `${name}: say ${BANNED.get(banned)}` });
        });
        return found;
      }),
};
