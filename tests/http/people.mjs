// The accounts of a test's clinic, made on the page by its administrator, as a clinic would.
import { Browser, password, roles } from './clinic.mjs';

export async function people(server, wanted = roles.filter(r => r !== 'admin')) {
    const admin = await new Browser(server).login('admin');
    for (const role of wanted) {
        await admin.open('/people');
        const { form } = admin.page.field('Role') ?? {};
        if (!form) throw new Error(`the page of people has no field \`Role\`: ${admin.page.text}`);
        for (const [name, value] of Object.entries({ login_name: role, role, password: password(role),
            display_name: `${role[0].toUpperCase()}${role.slice(1)} Person` }))
            form.set(name, value);
        await admin.submit(form, form.buttons[0]);
        if (admin.page.status >= 400) throw new Error(`no account for ${role}: ${admin.page.text}`);
    }
    return admin;
}
