namespace GitOpsBumper.Adapters.Registries.Auth;

/// <summary>
/// Domains under which strangers have their hosts. There is no list of public suffixes in the framework, and none is needed to be complete:
/// a domain that is missing here asks for a realm in <c>registries.conf</c> at worst, because one under it has to share the direct parent as well.
/// </summary>
internal static class SharedDomains
{
    private static readonly string[] Hosting =
    [
        "amazonaws.com", "amazonaws.com.cn", "appspot.com", "awsapprunner.com", "azurecontainerapps.io", "azurecr.cn", "azurecr.io", "azurewebsites.net", "b-cdn.net",
        "cleverapps.io", "cloudapp.net", "cloudflare-ipfs.com", "cloudfront.net", "cloudfunctions.net", "code.run", "ddns.net", "digitaloceanspaces.com", "duckdns.org", "dyndns.org",
        "fly.dev", "github.dev", "github.io", "githubusercontent.com", "gitlab.io", "gitpod.io", "googleusercontent.com", "herokuapp.com", "jfrog.io", "koyeb.app", "loca.lt", "localtunnel.me",
        "netlify.app", "ngrok-free.app", "ngrok.app", "ngrok.dev", "ngrok.io", "nip.io", "no-ip.org", "on.aws", "ondigitalocean.app", "onrender.com", "pages.dev", "pkg.dev",
        "r2.dev", "railway.app", "render.com", "repl.co", "run.app", "scw.cloud", "sslip.io", "stackit.cloud", "surge.sh", "trafficmanager.net", "trycloudflare.com", "ts.net", "up.railway.app",
        "vercel.app", "web.app", "windows.net", "workers.dev", "xip.io",
    ];

    /// <summary>What stands before a country where people register names below it: co.uk, com.au, gouv.fr.</summary>
    private static readonly string[] SecondLevel =
        ["ac", "co", "com", "edu", "gen", "go", "gob", "gouv", "gov", "govt", "info", "ltd", "me", "mil", "ne", "net", "nom", "or", "org", "plc", "sch", "web"];

    /// <summary>Whether hosts below the domain may belong to strangers.</summary>
    public static bool Contains(string domain)
    {
        var labels = domain.ToLowerInvariant().Split('.');
        if (labels.Length < 2)
            return true;
        if (labels.Length == 2 && labels[1].Length == 2 && (labels[0].Length <= 2 || SecondLevel.Contains(labels[0])))
            return true;
        return Hosting.Any(shared => domain.Equals(shared, StringComparison.OrdinalIgnoreCase) || domain.EndsWith("." + shared, StringComparison.OrdinalIgnoreCase));
    }
}
