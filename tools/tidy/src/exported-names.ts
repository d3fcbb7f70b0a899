import { SyntaxKind, type Node } from 'typescript/unstable/ast';
import {
  isClassDeclaration,
  isExportDeclaration,
  isFunctionDeclaration,
  isIdentifier,
  isInterfaceDeclaration,
  isNamedExports,
  isTypeAliasDeclaration,
  isVariableStatement,
} from 'typescript/unstable/ast/is';
import type { Source } from './tree.ts';

/** A name that a file gives to others. */
export interface ExportedName {
  readonly name: string;
  readonly line: number;
  readonly isType: boolean;
  /** Whether the file uses it itself, besides declaring it. */
  readonly isUsedInFile: boolean;
}

/** The names that a file makes itself and exports, without those that it only passes on. */
export function exportedNames(source: Source): readonly ExportedName[] {
  const found: { name: string; node: Node; isType: boolean }[] = [];
  for (const statement of source.ast.statements) {
    if (
      isExportDeclaration(statement) &&
      statement.moduleSpecifier === undefined &&
      statement.exportClause !== undefined &&
      isNamedExports(statement.exportClause)
    ) {
      for (const element of statement.exportClause.elements) found.push({ name: element.name.text, node: element, isType: false });
    }
    if (!isExported(statement)) continue;
    const isType = isInterfaceDeclaration(statement) || isTypeAliasDeclaration(statement);
    if (isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations)
        if (isIdentifier(name)) found.push({ name: name.text, node: name, isType });
    } else if ((isType || isFunctionDeclaration(statement) || isClassDeclaration(statement)) && statement.name !== undefined) {
      found.push({ name: statement.name.text, node: statement, isType });
    }
  }
  return found.map(({ name, node, isType }) => ({ name, line: source.lineOf(node), isType, isUsedInFile: timesNamed(source, name) > 1 }));
}

function isExported(statement: Node): boolean {
  const modifiers = 'modifiers' in statement && Array.isArray(statement.modifiers) ? statement.modifiers : [];
  return modifiers.some((modifier: Node) => modifier.kind === SyntaxKind.ExportKeyword);
}

const timesNamed = (source: Source, name: string): number =>
  source.nodes(SyntaxKind.Identifier).filter((node) => isIdentifier(node) && node.text === name).length;
