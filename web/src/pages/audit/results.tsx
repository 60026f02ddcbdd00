// How wrong each count was: by line and zone, with its interval.
import type { Audit, AuditCamera, AuditPlace, CountError } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { number } from "../../i18n/format.ts";
import { percentOf, signed } from "./errors.ts";

function Cells({ error, outdated }: { error: CountError | null; outdated: boolean }) {
    const { t, language } = useWords();
    const format = (value: number): string => number(value, language);
    if (!error) return <><td className="figure soft">–</td><td className="figure soft">–</td><td className="soft">{t(outdated ? "audit.outdated" : "audit.too_few")}</td></>;
    const percent = percentOf(error);
    return (
        <>
            <td className="figure">{format(error.counted)}</td>
            <td className="figure">
                {number(error.truth, language, 1)} <span className="soft">({number(error.truth_low, language, 1)}–{number(error.truth_high, language, 1)})</span>
            </td>
            <td>
                {percent ? (
                    <>
                        <strong>{signed(percent.error, format)} %</strong> <span className="soft">{t("audit.interval", { low: signed(percent.low, format), high: signed(percent.high, format) })}</span>
                    </>
                ) : (
                    <span className="soft">{t("audit.no_share")}</span>
                )}
            </td>
        </>
    );
}

function Rows({ place, nameOf }: { place: AuditPlace; nameOf: (camera: string) => string }) {
    const { t } = useWords();
    const isLine = place.kind === "crossing";
    const answered = `${place.answered} / ${place.clips}`;
    return (
        <>
            <tr>
                <td>{place.place}</td>
                <td>{nameOf(place.camera)}</td>
                <td>{t(isLine ? "audit.in" : "audit.there")}</td>
                <Cells error={place.in} outdated={place.outdated} />
                <td className="figure">{answered}</td>
            </tr>
            {isLine && (
                <tr>
                    <td>{place.place}</td>
                    <td>{nameOf(place.camera)}</td>
                    <td>{t("audit.out")}</td>
                    <Cells error={place.out} outdated={place.outdated} />
                    <td className="figure">{answered}</td>
                </tr>
            )}
        </>
    );
}

/** A camera's lines, or zones, together: said where there are more than one. */
function CameraRows({ camera, nameOf }: { camera: AuditCamera; nameOf: (camera: string) => string }) {
    const { t } = useWords();
    const isLine = camera.kind === "crossing";
    const row = (what: "audit.in" | "audit.out" | "audit.there", error: CountError | null) => (
        <tr>
            <th scope="row">{t(isLine ? "audit.all_lines" : "audit.all_zones", { n: camera.places })}</th>
            <td>{nameOf(camera.camera)}</td>
            <td>{t(what)}</td>
            <Cells error={error} outdated={false} />
            <td className="figure">{camera.answered}</td>
        </tr>
    );
    return (
        <>
            {row(isLine ? "audit.in" : "audit.there", camera.in)}
            {isLine && row("audit.out", camera.out)}
        </>
    );
}

export function Results({ audit, nameOf }: { audit: Audit; nameOf: (camera: string) => string }) {
    const { t } = useWords();
    if (audit.places.length === 0) return null;
    return (
        <section className="card">
            <h2>{t("audit.results")}</h2>
            <TablePlace label={t("audit.results")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("audit.place")}</th>
                            <th>{t("camera")}</th>
                            <th>{t("audit.what")}</th>
                            <th className="figure">{t("audit.counted")}</th>
                            <th className="figure">{t("audit.truth")}</th>
                            <th>{t("audit.error")}</th>
                            <th className="figure">{t("audit.answered")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {audit.places.map((place) => (
                            <Rows key={`${place.camera} ${place.kind} ${place.place}`} place={place} nameOf={nameOf} />
                        ))}
                        {audit.cameras.filter(({ places }) => places > 1).map((camera) => (
                            <CameraRows key={`${camera.camera} ${camera.kind}`} camera={camera} nameOf={nameOf} />
                        ))}
                    </tbody>
                </table>
            </TablePlace>
            <p className="hint">{t("audit.how")}</p>
        </section>
    );
}
