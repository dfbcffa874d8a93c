import { chromium } from '@playwright/test';
import { signInBrowser } from './signIn.mjs';
const [,, who, theme, width, ...paths] = process.argv;
const browser = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu','--disable-background-networking']});
const ctx = await browser.newContext({baseURL:'http://localhost:7007',viewport:{width:Number(width),height:Number(width)<500?740:900},colorScheme:theme});
const page = await ctx.newPage();
page.on('pageerror',e=>console.log('PAGEERROR',e.message.slice(0,300)));
page.on('console',m=>{if(m.type()==='error')console.log('CONSOLE',m.text().slice(0,200))});
await page.goto('/'); await page.waitForTimeout(1500);
await page.screenshot({path:`/tmp/shots/signin-${theme}-${width}.png`});
await signInBrowser(page, who);
for (const p of paths){ await page.goto(p); await page.waitForTimeout(4000); await page.screenshot({path:`/tmp/shots/${p.replace(/\W+/g,'_')}-${theme}-${width}.png`,fullPage:true}); console.log(p, await page.title()); }
await browser.close();
