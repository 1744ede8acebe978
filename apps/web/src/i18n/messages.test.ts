import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { ko } from './ko.ts';
import { translator } from './translate.ts';

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
const keys = Object.keys(en) as (keyof typeof en)[];

describe('the messages', () => {
  it('exist in both languages, none empty', () => {
    expect(Object.keys(ko).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect(en[key].trim(), key).not.toBe('');
      expect(ko[key].trim(), key).not.toBe('');
    }
  });

  it('fill in the same values in both languages', () => {
    for (const key of keys) expect(placeholders(ko[key]), key).toEqual(placeholders(en[key]));
  });

  it('are Korean in Korean', () => {
    const same = keys.filter((key) => ko[key] === en[key]);
    expect(same).toEqual([]);
    const latin = keys.filter((key) => !/[가-힣]/.test(ko[key]));
    expect(latin).toEqual(['evidence.id']);
  });

  it('have every plural form of English', () => {
    const bases = keys.filter((key) => key.endsWith('.other')).map((key) => key.replace(/\.other$/, ''));
    for (const base of bases) expect(Object.keys(en), base).toContain(`${base}.one`);
  });
});

describe('a translator', () => {
  it('fills values in, and leaves foreign braces alone', () => {
    const t = translator('en', en);
    expect(t('incidents.select', { title: '{weird} <b>' })).toBe('Select {weird} <b>');
  });

  it('takes the plural form and the digits of its language', () => {
    const t = translator('en', en);
    expect(t.count('incidents.alerts', 1)).toBe('1 alert');
    expect(t.count('incidents.alerts', 12_345)).toBe('12,345 alerts');
    expect(translator('ko', ko).count('incidents.alerts', 2)).toBe('알림 2건');
  });

  it('finds no message for a key made of foreign text', () => {
    expect(translator('en', en).find('constructor')).toBeUndefined();
    expect(translator('en', en).find('event.incident.opened')).toBe('Opened');
  });
});
