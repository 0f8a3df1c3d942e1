// The accounts of a test's clinic, made on the page by its administrator, as a clinic would.
import { Browser, password, roles } from './clinic.mjs';

export async function people(server, wanted = roles.filter(r => r !== 'admin')) {
    const admin = await new Browser(server).login('admin');
    for (const name of wanted) { // `coordinator-2` is a second coordinator
        const role = name.replace(/-\d+$/, '');
        await admin.open('/people');
        const { form } = admin.page.field('Role') ?? {};
        if (!form) throw new Error(`the page of people has no field \`Role\`: ${admin.page.text}`);
        for (const [field, value] of Object.entries({ login_name: name, role, password: password(name),
            display_name: `${role[0].toUpperCase()}${role.slice(1)} Person${name.slice(role.length)}` }))
            form.set(field, value);
        await admin.submit(form, form.buttons[0]);
        if (admin.page.status >= 400) throw new Error(`no account for ${name}: ${admin.page.text}`);
    }
    return admin;
}
