import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis, GateRule, Measures, Project } from './model';

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

  findTask(
    taskId: string,
  ): { project: Project; analysis: Analysis } | undefined {
    for (const project of this.#projects.values()) {
      const analysis = project.analyses.find(one => one.taskId === taskId);
      if (analysis) return { project, analysis };
    }
    return undefined;
  }

  /** Adds a project that nobody has analysed. */
  create(projectKey: string, gate?: readonly GateRule[]): Project {
    const project: Project = {
      key: projectKey,
      name: projectKey,
      branch: 'main',
      gate,
      analyses: [],
    };
    this.#projects.set(projectKey, project);
    this.#write();
    return project;
  }

  /**
   * Adds an analysis, and the project with its first. A first analysis has no
   * new code: measures of it (`new_…`) are left out, as a real server does.
   */
  record(
    projectKey: string,
    analysis: {
      measures: Measures;
      date: Date;
      revision?: string;
      projectVersion?: string;
    },
  ): Analysis {
    const project = this.#projects.get(projectKey) ?? this.create(projectKey);
    const isFirst = project.analyses.length === 0;
    const recorded: Analysis = {
      key: randomUUID(),
      taskId: randomUUID(),
      date: analysis.date.toISOString(),
      measures: isFirst ? overall(analysis.measures) : analysis.measures,
      revision: analysis.revision,
      projectVersion: analysis.projectVersion,
    };
    project.analyses.push(recorded);
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

function overall(measures: Measures): Measures {
  return Object.fromEntries(
    Object.entries(measures).filter(([metric]) => !metric.startsWith('new_')),
  );
}
