/// The only style sheet of the console: light and dark, with the system's fonts.
enum StyleSheet {
    static let text = """
        :root{color-scheme:light dark;--bg:#f6f7f8;--card:#fff;--ink:#191c1f;--soft:#5d656d;--line:#e1e5e8;--edge:#848d96;--accent:#07804a;--accent-ink:#fff;--bad:#b3261e;--bad-bg:#fdecea;--ok:#066a3d;--ok-bg:#e7f4ec;--fault:#7a4d00;--fault-bg:#fff3d9;--row:#f0f6f2}
        @media (prefers-color-scheme:dark){:root{--bg:#121416;--card:#1a1d20;--ink:#e8eaec;--soft:#9aa3ab;--line:#2b3035;--edge:#6d7680;--accent:#3fb57c;--accent-ink:#08130d;--bad:#ff8a80;--bad-bg:#3a1d1b;--ok:#5cc792;--ok-bg:#15301f;--fault:#ffc46b;--fault-bg:#3a2c10;--row:#1c2621}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI","PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;display:grid;grid-template-columns:12.5rem minmax(0,1fr);min-height:100vh}
        code,pre,kbd,.mono{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Noto Sans Mono CJK SC",monospace;font-size:.86em}
        a{color:var(--accent)}
        .skip{position:absolute;left:-99rem}.skip:focus{left:.5rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:2}
        nav{background:var(--card);border-right:1px solid var(--line);padding:1.25rem .75rem;position:sticky;top:0;height:100vh;overflow:auto;display:flex;flex-direction:column;gap:.15rem}
        nav b{padding:0 .6rem .9rem;font-size:1.05rem}
        nav>a{color:inherit;text-decoration:none;padding:.38rem .6rem;border-radius:7px;display:flex;justify-content:space-between;gap:.5rem}
        nav>a:hover{background:var(--bg)}nav>a[aria-current]{background:var(--row);color:var(--accent);font-weight:600}nav a span{color:var(--soft);font-weight:400;font-variant-numeric:tabular-nums}
        nav footer{margin-top:auto;padding:.6rem;color:var(--soft);font-size:.82rem;display:flex;flex-direction:column;gap:.3rem;align-items:flex-start}
        main{padding:1.25rem 1.6rem 3rem;min-width:0}main:focus{outline:0}
        header{display:flex;gap:.3rem .8rem;align-items:baseline;flex-wrap:wrap;margin-bottom:1rem}
        h1{font-size:1.35rem;margin:0 auto 0 0}h2{font-size:1rem;margin:0 0 .4rem}h3{font-size:.82rem;color:var(--soft);font-weight:500;margin:.9rem 0 .2rem}
        .clock,.soft{color:var(--soft)}.live::before{content:"";display:inline-block;width:.55rem;height:.55rem;border-radius:50%;background:var(--accent);margin-right:.4rem}
        form{margin:0}form.filter,.do{display:flex;gap:.5rem;flex-wrap:wrap;align-items:center}form.filter{margin-bottom:.8rem}.do{margin:.5rem 0}aside .do{gap:.3rem}
        select,input,button,textarea,.button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:7px;padding:.35rem .6rem;max-width:100%}
        textarea{width:100%;min-height:5rem;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.86em}
        input[type=checkbox]{width:1.1rem;height:1.1rem;accent-color:var(--accent)}.filter input{flex:1;min-width:9rem}.filter select{max-width:20rem}
        button,.button{cursor:pointer;text-decoration:none;display:inline-block}button:hover,.button:hover{border-color:var(--accent)}
        button.main{background:var(--accent);color:var(--accent-ink);border-color:var(--accent)}button.bad{color:var(--bad)}
        button.plain{border:0;padding:0;background:none;color:var(--accent);text-decoration:underline}
        button.copied::after{content:" ✓";color:var(--accent)}
        :focus-visible{outline:2px solid var(--accent);outline-offset:1px}
        .panes{display:grid;grid-template-columns:minmax(0,1fr) minmax(20rem,27rem);gap:1rem;align-items:start}.panes:not(:has(>:nth-child(2))){grid-template-columns:minmax(0,1fr)}.stack{display:grid;gap:1rem}
        .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:1rem;margin-bottom:1rem}
        .card{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;min-width:0}.card.wide{overflow-x:auto}main>.card+.grid,main>.card+.card{margin-top:1rem}main>form.card{max-width:32rem}
        aside.card,.fields{padding:1rem 1.1rem}aside .fields{padding:0}aside p,.fields p{margin:.35rem 0 .8rem}.fields>p:last-child{margin-bottom:0}
        .fields label{display:grid;gap:.15rem;margin-bottom:.55rem;min-width:0}.fields label>*{min-width:0;width:100%}.fields label.line>*{width:auto}.fields label.line{display:flex;gap:.5rem;align-items:center}
        .two{display:grid;grid-template-columns:1fr 1fr;gap:0 .8rem}
        table{border-collapse:collapse;width:100%}th{font-weight:500;color:var(--soft);text-align:left;font-size:.82rem}
        th,td{padding:.42rem .7rem;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}tr:last-child td{border-bottom:0}
        tbody tr{position:relative}tbody tr:hover{background:var(--row)}td a[data-row]{color:inherit;text-decoration:none}td a[data-row]::after{content:"";position:absolute;inset:0}
        td.why,td.wrap{white-space:normal;overflow-wrap:break-word;min-width:7rem}td.why{color:var(--soft);width:45%;min-width:12rem;max-width:0}.panes.open .desk{display:none}.panes.open td.why div{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
        tr[aria-selected=true],tr.here{background:var(--row)}.num{text-align:right;font-variant-numeric:tabular-nums}td form,td button{display:inline-block;position:relative;z-index:1}
        .pill{border-radius:99px;padding:.05rem .5rem;font-size:.82rem;font-weight:600;white-space:nowrap}.ok{background:var(--ok-bg);color:var(--ok)}.bad{color:var(--bad)}.pill.bad,.notice.bad{background:var(--bad-bg)}.fault{background:var(--fault-bg);color:var(--fault)}
        .chip{border:1px solid var(--line);border-radius:99px;padding:.05rem .5rem;font-size:.82rem;display:inline-flex;gap:.35rem;margin:.1rem;align-items:center}
        .notice{border-radius:10px;padding:.55rem .9rem;margin:0 0 1rem;overflow-wrap:anywhere}
        .more{padding:.55rem .7rem;text-align:center;border-bottom:1px solid var(--line)}.more:empty{display:none}
        .empty{padding:1.4rem;color:var(--soft)}.next{display:flex;gap:1rem;margin:.8rem 0}
        dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.15rem .9rem;margin:.6rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
        pre{background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:.6rem .75rem;margin:.3rem 0 .9rem;white-space:pre-wrap;overflow-wrap:anywhere;max-height:22rem;overflow:auto}
        .copy button{margin-bottom:.6rem}details{margin-top:.9rem}summary{cursor:pointer;color:var(--soft)}details[open]>summary{margin-bottom:.4rem}
        svg.bar{display:block;margin:.45rem 0;width:100%;min-width:6rem;height:.55rem;border-radius:4px;background:var(--line)}svg.bar rect{fill:var(--accent)}svg.bar .over{fill:var(--bad)}
        svg.chart{display:block;width:100%;height:5.5rem}svg.chart polyline{fill:none;stroke:var(--accent);stroke-width:1.5;vector-effect:non-scaling-stroke}svg.chart .two{stroke:var(--fault)}svg.chart line{stroke:var(--line);vector-effect:non-scaling-stroke}
        progress{width:100%;accent-color:var(--accent)}
        .figure{font-size:1.35rem;font-variant-numeric:tabular-nums}
        dialog{background:var(--card);color:var(--ink);border:1px solid var(--line);border-radius:10px;padding:1.2rem 1.5rem}dialog::backdrop{background:#0008}
        @media (max-width:60rem){body{grid-template-columns:minmax(0,1fr);grid-template-rows:auto 1fr}nav{position:static;height:auto;flex-direction:row;overflow-x:auto;border-right:0;border-bottom:1px solid var(--line);padding:.5rem;align-items:center}nav>a{gap:.4rem;white-space:nowrap}nav b,nav .wide{display:none}nav footer{flex-direction:row;margin:0 0 0 auto;padding:.38rem .6rem;white-space:nowrap}main{padding:1rem .9rem 3rem}.panes{grid-template-columns:minmax(0,1fr)}.panes.open>:last-child{order:-1}td.why,th.why,.desk{display:none}.loose thead{display:none}.loose tr{display:grid;grid-template-columns:auto 1fr auto}.loose td{border:0}.loose tr:not(:last-child){border-bottom:1px solid var(--line)}.loose td:has(button){grid-column:3}.loose .below{display:block;grid-area:2/1/3/-1;width:auto;max-width:none;padding-top:0}}
        @media (max-width:30rem){.two{grid-template-columns:1fr}form.filter>*{flex:1 1 100%;max-width:100%}}

        """
}
