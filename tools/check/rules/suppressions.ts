import type { Rule } from '../rule.ts';

const SUPPRESSION = /(oxlint-disable|eslint-disable|biome-ignore|@ts-expect-error)/;

export const suppressionsRule: Rule = {
  name: 'reasons',
  means: 'A comment that silences a tool says why the tool is wrong there, in the same line or the one above.',
  remedy: 'Add the reason after " -- " (biome-ignore: after ": "), or mend the code instead.',
  find: (project) =>
    project.sources.flatMap((file) =>
      file.comments
        .filter((comment) => new RegExp(`^\\s*${SUPPRESSION.source}`).test(comment.value))
        .filter((comment) => !/(\s--\s+|:\s+|@ts-expect-error\s+)\S+\s+\S+/.test(comment.value))
        .map((comment) => ({ file: file.path, line: file.lineAt(comment.start), text: comment.value.trim() })),
    ),
};
