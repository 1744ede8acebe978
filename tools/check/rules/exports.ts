import { isGenerated } from '../project.ts';
import type { Rule } from '../rule.ts';

export const barrelsRule: Rule = {
  name: 'no-barrels',
  means: 'A file that only re-exports hides where a thing lives, loads everything for one import, and invites cycles.',
  remedy: 'Import from the file that defines the thing; packages export every file (@headwater/core/subject.ts).',
  find: (project) =>
    project.sources.flatMap((file) => {
      if (!/^(packages|apps|bench)\//.test(file.path) || isGenerated(file)) return [];
      const body = file.program.body;
      const reexports = body.filter(
        (node) =>
          node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source !== null),
      );
      const star = reexports.find((node) => node.type === 'ExportAllDeclaration');
      if (star) return [{ file: file.path, line: file.lineAt(star.start), text: 'export * from another file' }];
      return reexports.length > 0 && reexports.length === body.length
        ? [{ file: file.path, line: 1, text: 'holds nothing but re-exports' }]
        : [];
    }),
};
