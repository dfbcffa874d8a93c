import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis, Measures, Project } from './model';

/** Projects and their analyses, kept in one JSON file. */
export class ProjectStore {
  readonly #file: string | undefined;
  readonly #projects: Map<string, Project>;

  constructor(dataDir?: string) {
    if (dataDir) {
      mkdirSync(dataDir, { recursive: true });
      this.#file = join(dataDir, 'sonarqube.json');
    }
    this.#projects = new Map(
      this.#read().map(project => [project.key, project]),
    );
  }

  get(key: string): Project | undefined {
    return this.#projects.get(key);
  }

  findAnalysis(
    analysisKey: string,
  ): { project: Project; analysis: Analysis } | undefined {
    for (const project of this.#projects.values()) {
      const analysis = project.analyses.find(({ key }) => key === analysisKey);
      if (analysis) return { project, analysis };
    }
    return undefined;
  }

  /** Adds an analysis, and the project with its first. */
  record(
    projectKey: string,
    analysis: {
      measures: Measures;
      date: Date;
      revision?: string;
      projectVersion?: string;
    },
  ): Analysis {
    const project = this.#projects.get(projectKey) ?? {
      key: projectKey,
      name: projectKey,
      branch: 'main',
      analyses: [],
    };
    const recorded: Analysis = {
      key: randomUUID(),
      date: analysis.date.toISOString(),
      measures: analysis.measures,
      revision: analysis.revision,
      projectVersion: analysis.projectVersion,
    };
    project.analyses.push(recorded);
    this.#projects.set(projectKey, project);
    this.#write();
    return recorded;
  }

  #read(): Project[] {
    if (!this.#file) return [];
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  #write(): void {
    if (!this.#file) return;
    const temporary = `${this.#file}.tmp`;
    writeFileSync(temporary, JSON.stringify([...this.#projects.values()]));
    renameSync(temporary, this.#file);
  }
}
