package dev.clew.explain.report;

/** The frame of a page: no script, no network, light and dark, readable from a telephone to a large screen. */
final class Page {
    private static final String STYLE = """
        :root{--bg:#F7F8FA;--sf:#FFF;--bd:#E1E5E9;--bdi:#848D97;--tx:#1A1F24;--t2:#48525C;--t3:#616B76;--ac:#0A6583;--to:#B4540A;--aw:#2467A8;--in:#FFF}
        @media(prefers-color-scheme:dark){:root{--bg:#0E1114;--sf:#15191D;--bd:#2A3037;--bdi:#69737D;--tx:#E7EAED;--t2:#B3BBC3;--t3:#8E98A2;--ac:#5CB8D6;--to:#E08A3C;--aw:#5B9FE0;--in:#0E1114}}
        body{margin:0;background:var(--bg);color:var(--tx);font:13px/20px Inter,system-ui,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
        main{max-width:1000px;margin:0 auto;padding:24px 16px}h1{font-size:20px;line-height:28px;margin:0 0 4px}h2{font-size:14px;margin:0 0 8px}
        p{color:var(--t2);margin:0 0 12px}section{background:var(--sf);border:1px solid var(--bd);border-radius:8px;padding:16px;margin:16px 0;overflow-x:auto}
        .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:12px}
        table{border-collapse:collapse;font-size:13px}th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--bd);text-align:left}.n{text-align:right}
        summary{cursor:pointer;color:var(--ac);margin:8px 0}summary:focus-visible{outline:2px solid var(--ac);outline-offset:2px}
        svg text{fill:var(--tx);font:12px Inter,system-ui,sans-serif;paint-order:stroke;stroke:var(--sf);stroke-width:3px;stroke-linejoin:round}svg .small{font-size:11px;fill:var(--t2)}svg .strong{font-weight:600;fill:var(--tx)}
        svg .inside{font-size:11px;fill:var(--in);stroke:none}circle[fill=none]{stroke:var(--t3)}.fluid{display:block;max-width:760px;margin:0 0 16px}.apart{stroke:var(--sf)}.cell{fill:var(--ac);stroke:var(--bd)}.raise{fill:var(--aw)}.lower{fill:var(--to)}.rule{stroke:var(--bdi);stroke-dasharray:3 3}.thin{stroke:var(--bdi)}
        a{color:var(--ac)}.pairs{margin-bottom:8px}.pairs th{font-weight:400;text-align:left}.pairs .n{text-align:right;padding:4px 8px}.line{fill:none;stroke:var(--ac);stroke-width:2}.ice{fill:none;stroke:var(--bdi);stroke-opacity:.35}code{font-family:"JetBrains Mono",ui-monospace,Menlo,monospace}
        @media print{section{break-inside:avoid}}\
        """;

    private Page() {}

    /** @param body HTML */
    static String of(String title, String about, String body) {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width,initial-scale=1\"><title>" + Svg.escape(title) + "</title><style>"
                + STYLE
                + "</style></head><body><main><h1>" + Svg.escape(title) + "</h1><p>" + Svg.escape(about) + "</p>" + body
                + "</main></body></html>\n";
    }
}
