using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GitOpsBumper.Benchmarks.Registries;

/// <param name="Repositories">Of images; as many Applications ask for one each.</param>
/// <param name="Page">Tags in one page.</param>
/// <param name="Validators">Whether the registry gives its pages an ETag.</param>
/// <param name="Bumper">A published executable; null publishes this source.</param>
internal sealed record RegistriesOptions(int Repositories, int Page, bool Validators, string? Bumper)
{
    /// <summary>Of each repository.</summary>
    public const int Tags = 1_000;

    /// <summary>What the product allows itself to one host, and so what it is compared with.</summary>
    public const int Concurrency = Adapters.Registries.RegistryEndpoint.DefaultConcurrency;

    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);

    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out RegistriesOptions? value)
    {
        value = null;
        var parsed = new RegistriesOptions(500, Tags, false, null);
        for (var i = 0; i < args.Count; i++)
        {
            var next = i + 1 < args.Count ? args[i + 1] : "";
            switch (args[i])
            {
                case "--validators":
                    parsed = parsed with { Validators = true };
                    continue;
                case "--repositories" when int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var repositories) && repositories is > 0 and < 10_000:
                    parsed = parsed with { Repositories = repositories };
                    break;
                case "--page" when int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is > 0 and <= Tags:
                    parsed = parsed with { Page = page };
                    break;
                case "--bumper" when next.Length > 0:
                    parsed = parsed with { Bumper = Path.GetFullPath(next) };
                    break;
                default:
                    return false;
            }

            i++;
        }

        value = parsed;
        return true;
    }
}
