using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Hosting;

/// <summary>The texts that settings name, read and understood.</summary>
/// <param name="Registries">What registries.conf says.</param>
/// <param name="RegistriesText">As it was read, to tell whether it has changed; null without one.</param>
/// <param name="CommitMessage">The template.</param>
internal sealed record CycleTexts(RegistryConfiguration Registries, string? RegistriesText, CommitMessageTemplate CommitMessage)
{
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

        if (!CommitMessages.TryLoad(settings.Git.CommitMessage, out var message, out var reason))
            found.Add(reason);
        problems = found;
        if (found.Count == 0)
            texts = new CycleTexts(registries!, text, message!);
        return texts is not null;
    }
}
