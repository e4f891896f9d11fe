package dev.clew.statistics.report;

import java.util.List;

/** What the pages of this package share: frame, look and escaping. No scripts, no foreign requests, light and dark, printable. */
final class Page {
    private static final String STYLE = """
            :root{--bg:#F7F8FA;--sf:#FFF;--bd:#E1E5E9;--tx:#1A1F24;--t2:#48525C;--t3:#616B76;--am:#845500;--amb:#FDF3DC;--gr:#176F33;--ref:#848D97;--cur:#0A6583}
            @media(prefers-color-scheme:dark){:root{--bg:#0E1114;--sf:#15191D;--bd:#2A3037;--tx:#E7EAED;--t2:#B3BBC3;--t3:#8E98A2;--am:#E3B04B;--amb:#2B2412;--gr:#5BC77A;--ref:#69737D;--cur:#5CB8D6}}
            *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--tx);font:14px/22px Inter,system-ui,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
            main{max-width:1040px;margin:0 auto;padding:24px}h1{font-size:20px;line-height:28px;margin:0}h2{font-size:14px;line-height:20px;margin:0}
            .answer{font-size:26px;line-height:32px;font-weight:600;margin:16px 0 4px}.plain{color:var(--t2);margin:0 0 16px}.key{display:flex;gap:16px;color:var(--t2);font-size:12px;margin:0 0 16px}
            .key i{display:inline-block;width:10px;height:10px;margin-right:6px;border-radius:2px}.card{background:var(--sf);border:1px solid var(--bd);border-radius:8px;padding:12px 16px;margin:0 0 12px;break-inside:avoid}
            .head{display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}.tag{font-size:12px;padding:0 8px;border-radius:4px;border:1px solid var(--bd);color:var(--t2)}.tag.moved{background:var(--amb);color:var(--am);border-color:transparent;font-weight:600}
            .card p{margin:4px 0;color:var(--t2)}.pair{display:grid;grid-template-columns:1fr 1fr;gap:16px;margin-top:8px}figure{margin:0}figcaption{font-size:12px;color:var(--t3)}
            svg{display:block;width:100%;height:88px}.axis{display:flex;justify-content:space-between;font-size:11px;color:var(--t3);gap:8px}.axis span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
            table{border-collapse:collapse;font-size:13px;margin-top:8px;width:100%}th,td{text-align:right;padding:2px 8px;border-top:1px solid var(--bd);font-weight:400}th:first-child,td:first-child{text-align:left;color:var(--t2)}summary{cursor:pointer;color:var(--t3);font-size:12px;margin-top:8px}
            summary:focus-visible{outline:2px solid var(--cur);outline-offset:2px}footer{color:var(--t3);font-size:12px;margin-top:24px}
            @media(max-width:640px){.pair{grid-template-columns:1fr}}@media print{body{background:#fff}main{max-width:none;padding:0}.card{border-color:#bbb}}
            """;

    private Page() {}

    /**
     * A whole page.
     *
     * @param title plain text
     * @param body finished HTML
     */
    static String of(String title, CharSequence body) {
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">"
                + "<meta name=\"color-scheme\" content=\"light dark\"><title>" + escaped(title) + "</title><style>"
                + STYLE
                + "</style></head><body><main>\n" + body + "</main></body></html>\n";
    }

    /** The two colours and what they stand for. */
    static String key() {
        return "<p class=\"key\"><span><i style=\"background:var(--ref)\"></i>reference</span>"
                + "<span><i style=\"background:var(--cur)\"></i>current</span></p>\n";
    }

    /** What was left out or taken in part. */
    static String remarks(List<String> remarks) {
        var out = new StringBuilder();
        remarks.forEach(remark ->
                out.append("<p class=\"plain\">").append(escaped(remark)).append("</p>\n"));
        return out.toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
