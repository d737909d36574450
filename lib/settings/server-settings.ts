import { didYouMean, fail, quoted } from '../errors';
import type { RenderInput } from './render-input';
import { environmentVariables } from './render-java';
import type { ServerForm } from './server-forms';
import type { SettingValue } from './setting-value';

/**
 * What a server has to be told about its tables in one region. Holds no secret: a secret is an environment variable, with the
 * place where it is kept.
 */
export class ServerSettings {
  /** @internal */
  public static _of(form: ServerForm, input: RenderInput): ServerSettings {
    return new ServerSettings(form, input);
  }

  /** Every setting, those that are to be left out included, with the reason. */
  public readonly values: SettingValue[];

  /**
   * The forms that `render` writes, the most usual one first: `java-options`, `properties` and `environment` for Connect2id,
   * `xml` and `cli` for Curity, `typescript` for connect-dynamodb, and `json` for every server.
   */
  public readonly formats: string[];

  /**
   * The environment of the server's container by name, for Connect2id with its Java options in `CATALINA_OPTS`. Variables that
   * hold secrets are not among them: `values` tells their names and where they are kept.
   */
  public readonly environmentVariables: { [name: string]: string };

  private constructor(
    private readonly form: ServerForm,
    private readonly input: RenderInput,
  ) {
    this.values = [...input.values];
    this.formats = Object.keys(form.formats);
    this.environmentVariables = environmentVariables(input.values);
  }

  /**
   * The settings as text.
   *
   * @param format one of `formats`; fails with IDT1004 otherwise
   */
  public render(format: string): string {
    if (!this.formats.includes(format)) {
      fail('IDT1004', {
        what: `'${format}' is not a form of these settings`,
        given: `'${format}'`,
        allowed: quoted(this.formats),
        fix: didYouMean(format, this.formats, 'use one of the allowed forms'),
      });
    }
    return this.form.formats[format](this.input);
  }
}
