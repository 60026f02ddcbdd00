// A campaign filled in: its name, days, cost and whom it addresses, with its list as a file.
import { useState } from "react";

import { buyersApi, type Campaign, type CampaignInput, type CampaignTarget } from "../../api/buyers.ts";
import { serverNow, useSession, useWords } from "../../app/session.tsx";
import { addDays, dayOf, instantOf } from "../../app/time.ts";
import { Check, Field, Select } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";

const kTargets: readonly CampaignTarget[] = ["list", "area", "everybody"];
const kUsualDays = 7;

interface Props {
    campaign?: Campaign;
    onClose: () => void;
    /** `told`: what became of the list. */
    onSaved: (id: number, told: string | undefined) => void;
}

export function CampaignForm({ campaign, onClose, onSaved }: Props) {
    const { t } = useWords();
    const session = useSession();
    const zone = session.shop.time_zone;
    const today = dayOf(serverNow(session), zone);
    const [name, setName] = useState(campaign?.name ?? "");
    const [target, setTarget] = useState<CampaignTarget>(campaign?.target ?? "list");
    const [area, setArea] = useState(campaign?.area ?? "");
    const [first, setFirst] = useState(campaign ? dayOf(new Date(campaign.begin), zone) : today);
    const [last, setLast] = useState(campaign ? dayOf(new Date(Date.parse(campaign.end) - 1), zone) : addDays(today, kUsualDays - 1));
    const [cost, setCost] = useState(campaign ? String(campaign.cost_minor / 100) : "");
    const [file, setFile] = useState<File>();
    const [allAgreed, setAllAgreed] = useState(false);
    // Its list may be refused after the campaign itself was saved: the next try changes it.
    const [kept, setKept] = useState(campaign);
    function close(): void {
        if (kept && kept !== campaign) onSaved(kept.id, undefined);
        onClose();
    }

    async function save(): Promise<void> {
        const wanted: CampaignInput = {
            name,
            target,
            area: target === "area" ? area : "",
            begin: instantOf(first, zone).toISOString(),
            end: instantOf(addDays(last, 1), zone).toISOString(),
            cost_minor: Math.round(100 * Number(cost.replace(",", ".") || 0)),
        };
        const saved = kept ? await buyersApi.changeCampaign(kept.id, wanted) : await buyersApi.addCampaign(wanted);
        setKept(saved);
        let told: string | undefined;
        if (file && target === "list") {
            const outcome = await buyersApi.setAudience(saved.id, file, allAgreed);
            told = [t("buyers.imported", { n: outcome.kept, refused: outcome.refused }), ...outcome.problems.slice(0, 3)].join(" ");
        }
        onSaved(saved.id, told);
        onClose();
    }
    return (
        <FormDialog title={campaign ? campaign.name : t("campaigns.add")} onClose={close} save={save}>
            <Field label={t("campaigns.name")} required autoFocus maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
            <Field label={t("campaigns.begin")} required type="date" value={first} onChange={(event) => event.target.value && setFirst(event.target.value)} />
            <Field label={t("campaigns.end")} required type="date" min={first} value={last} onChange={(event) => event.target.value && setLast(event.target.value)} />
            <Field label={t("campaigns.cost")} inputMode="decimal" pattern="[0-9]*([.,][0-9]{1,2})?" value={cost} onChange={(event) => setCost(event.target.value)} />
            <Select label={t("campaigns.target")} value={target} onChange={(event) => setTarget(event.target.value as CampaignTarget)}>
                {kTargets.map((one) => (
                    <option key={one} value={one}>
                        {t(`campaigns.target.${one}`)}
                    </option>
                ))}
            </Select>
            {target === "area" && <Field label={t("campaigns.area")} required maxLength={200} value={area} onChange={(event) => setArea(event.target.value)} />}
            {target === "list" && (
                <>
                    <Field label={t("campaigns.list")} type="file" accept=".csv,text/csv" hint={t("campaigns.list_hint")} onChange={(event) => setFile(event.target.files?.[0])} />
                    <Check label={t("campaigns.all_agreed")} checked={allAgreed} onChange={(event) => setAllAgreed(event.target.checked)} />
                </>
            )}
        </FormDialog>
    );
}
