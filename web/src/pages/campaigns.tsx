// Campaigns: what there were, whom they addressed, and what each brought beyond what was to be expected.
import { useState } from "react";

import { buyersApi, type Campaign } from "../api/buyers.ts";
import { useResource } from "../app/resource.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { Button } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, explain, Loaded, Skeleton } from "../components/states.tsx";
import { moment, money } from "../i18n/format.ts";
import { CampaignForm } from "./campaigns/campaign-form.tsx";
import { Effect } from "./campaigns/effect.tsx";
import "./today.css";
import "./space.css";
import "./buyers.css";

interface RowProps {
    campaign: Campaign;
    currency: string;
    isShown: boolean;
    onEdit?: (() => void) | undefined;
    onRemove?: (() => void) | undefined;
}

function Row({ campaign, currency, isShown, onEdit, onRemove }: RowProps) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const day = (instant: Date | string): string => moment(instant, language, shop.time_zone, "day");
    return (
        <li aria-current={isShown ? "true" : undefined}>
            <div>
                <Button look="quiet" onClick={() => setQuery({ campaign: String(campaign.id) })}>
                    <strong>{campaign.name}</strong>
                </Button>
                <div className="soft">
                    {day(campaign.begin)} – {day(new Date(Date.parse(campaign.end) - 1))}, {campaign.target === "list" ? t("campaigns.on_list", { n: campaign.audience }) : campaign.area || t("campaigns.target.everybody")}
                    {campaign.cost_minor > 0 && `, ${money(campaign.cost_minor, currency, language, 0)}`}
                </div>
            </div>
            {onEdit && onRemove && (
                <div className="actions no-print">
                    <Button onClick={onEdit}>{t("edit")}</Button>
                    <Button look="danger" onClick={onRemove}>
                        {t("remove")}
                    </Button>
                </div>
            )}
        </li>
    );
}

export default function CampaignsPage() {
    const { t } = useWords();
    const { me } = useSession();
    const { query } = useAddress();
    const mayChange = may(me.user.role, "draw");
    const found = useResource("campaigns", (signal) => buyersApi.campaigns(signal));
    const [edited, setEdited] = useState<Campaign | "new">();
    const [told, setTold] = useState<string>();
    const [saves, setSaves] = useState(0);
    async function remove(campaign: Campaign): Promise<void> {
        if (!window.confirm(t("campaigns.remove_question", { name: campaign.name }))) return;
        try {
            await buyersApi.removeCampaign(campaign.id);
            setTold(undefined);
            setQuery({ campaign: undefined });
        } catch (error) {
            setTold(explain(error as Error, t));
        }
        found.reload();
    }
    return (
        <div className="today buyers">
            <header className="page-head">
                <h1>{t("nav.campaigns")}</h1>
                <div className="tools no-print">
                    {mayChange && (
                        <Button look="main" onClick={() => setEdited("new")}>
                            <Icon name="plus" /> {t("campaigns.add")}
                        </Button>
                    )}
                    <Button onClick={() => window.print()}>
                        <Icon name="print" /> {t("print")}
                    </Button>
                </div>
            </header>
            <p role="status">{told}</p>
            <Loaded resource={found} skeleton={<Skeleton height="60vh" />}>
                {({ campaigns, currency }) => {
                    const shown = campaigns.find((campaign) => String(campaign.id) === query.get("campaign")) ?? campaigns[0];
                    if (!shown) {
                        return (
                            <Empty title={t("campaigns.none")}>
                                <p>{t("campaigns.none_hint")}</p>
                            </Empty>
                        );
                    }
                    return (
                        <>
                            <ul className="card campaign-list">
                                {campaigns.map((campaign) => (
                                    <Row
                                        key={campaign.id}
                                        campaign={campaign}
                                        currency={currency}
                                        isShown={campaign === shown}
                                        onEdit={mayChange ? () => setEdited(campaign) : undefined}
                                        onRemove={mayChange ? () => void remove(campaign) : undefined}
                                    />
                                ))}
                            </ul>
                            <Effect key={`${shown.id} ${saves}`} campaign={shown} />
                        </>
                    );
                }}
            </Loaded>
            {edited && (
                <CampaignForm
                    {...(edited === "new" ? {} : { campaign: edited })}
                    onClose={() => setEdited(undefined)}
                    onSaved={(id, outcome) => {
                        setTold(outcome);
                        setSaves(saves + 1); // another list may be as long as the one before
                        found.reload();
                        setQuery({ campaign: String(id) });
                    }}
                />
            )}
        </div>
    );
}
