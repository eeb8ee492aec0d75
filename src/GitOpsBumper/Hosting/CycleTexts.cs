using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Git.Signing;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.PullRequests.Text;
using Hosts = GitOpsBumper.Adapters.Git.Ssh.KnownHosts;

namespace GitOpsBumper.Hosting;

/// <summary>The texts that settings name, read and understood.</summary>
/// <param name="Registries">What registries.conf says.</param>
/// <param name="RegistriesText">As it was read, to tell whether it has changed; null without one.</param>
/// <param name="CommitMessage">The template.</param>
/// <param name="Request">Of titles and bodies of requests.</param>
internal sealed record CycleTexts(RegistryConfiguration Registries, string? RegistriesText, CommitMessageTemplate CommitMessage, RequestTextTemplate Request)
{
    /// <summary>Where Argo CD and Image Updater have the config map of known hosts in their own pods.</summary>
    public const string MountedKnownHosts = "/app/config/ssh/ssh_known_hosts";

    /// <summary>What the file says that a setting names; null without that.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>What <see cref="MountedKnownHosts"/> says, for when nothing else names a host; null without that.</summary>
    public string? FallbackKnownHosts { get; init; }

    /// <summary>What commits are signed with; null: they are not.</summary>
    public SigningKey? Signing { get; init; }

    /// <summary>Whether registries.conf says the same, and so do the files of authorities that it names.</summary>
    public bool HasRegistriesOf(CycleTexts other) => RegistriesText == other.RegistriesText
        && Registries.Endpoints.Select(endpoint => endpoint.CertificateAuthorities).SequenceEqual(other.Registries.Endpoints.Select(endpoint => endpoint.CertificateAuthorities), StringComparer.Ordinal);

    /// <param name="settings">Name the texts.</param>
    /// <param name="texts">All of them.</param>
    /// <param name="problems">Each a sentence that names the source.</param>
    public static bool TryRead(BumperSettings settings, [NotNullWhen(true)] out CycleTexts? texts, out IReadOnlyList<string> problems)
    {
        texts = null;
        var found = new List<string>();
        var registries = RegistryConfiguration.Empty;
        string? text = null;
        if (settings.RegistriesConf is { } source)
        {
            if (!source.TryRead(out text, out var problem))
                found.Add(problem);
            else if (!RegistryConfiguration.TryParse(text, out registries, out var wrong))
                found.AddRange(wrong.Select(sentence => $"{source.Name}: {sentence}"));
        }

        if (!MessageTemplates.TryLoad(settings.Git.CommitMessage, out var message, out var reason))
            found.Add(reason);
        if (!MessageTemplates.TryLoadRequest(settings.PullRequests.Template, out var request, out reason))
            found.Add(reason);
        SigningKey? signing = null;
        if (settings.Git.Signing is { } section && !section.TryRead(out signing, out var unusable))
            found.Add(unusable);
        var hosts = settings.Git.KnownHosts is { } file ? Read(file, found) : null;
        var mounted = settings.Git.KnownHosts is null && File.Exists(MountedKnownHosts) ? Read(new SettingSource.InFile(MountedKnownHosts), found) : null;
        problems = found;
        if (found.Count == 0)
            texts = new CycleTexts(registries!, text, settings.Git.SignsOff ? message!.SignedOffBy(settings.Git.CommitUser, settings.Git.CommitEmail) : message!, request!) { Signing = signing, KnownHosts = hosts, FallbackKnownHosts = mounted };
        return texts is not null;
    }

    private static string? Read(SettingSource.InFile file, List<string> problems)
    {
        if (new FileInfo(file.Path) is { Exists: true, Length: > Hosts.MaxLength } large)
            problems.Add($"'{file.Path}' has {large.Length} bytes, known hosts have at most {Hosts.MaxLength}");
        else if (file.TryRead(out var text, out var problem))
            return text;
        else
            problems.Add(problem);
        return null;
    }
}
