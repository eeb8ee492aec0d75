using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Messages;

/// <summary>What the name of a branch to write to is made from.</summary>
/// <param name="Application">Whose changes go there.</param>
/// <param name="Target">What is written, as <c>branch:path</c>.</param>
/// <param name="Changes">At least one.</param>
public sealed record BranchNameData(NamespacedName Application, string Target, IReadOnlyList<ImageChange> Changes);

/// <summary>The template of the branch to write to: what stands behind the colon of <c>git-branch</c>.</summary>
public sealed class BranchTemplate
{
    private const int MaxTemplate = 4096;
    private const int HashCharacters = 12;

    private static readonly BranchNameData Sample = new(
        new NamespacedName("argocd", "web"), "main:web/values.yaml", [new ImageChange("web", "registry.example.com/web", "1", "2"), new ImageChange(null, "nginx", null, "sha256:0")]);

    private readonly GoTemplate _template;

    private BranchTemplate(GoTemplate template) => _template = template;

    /// <param name="text">With <c>.AppName</c>, <c>.AppNamespace</c>, <c>.TargetKey</c>, <c>.SHA256</c> and <c>.Images</c>, a list of <c>.Name</c>, <c>.Alias</c>, <c>.OldTag</c> and <c>.NewTag</c>.</param>
    /// <param name="template">Ready to render.</param>
    /// <param name="problem">A sentence; fields that do not exist and names that no branch can have are found here too.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out BranchTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        if (text.Length is 0 or > MaxTemplate)
        {
            problem = text.Length == 0
                ? "there is no branch behind the ':'; allowed are '<branch>' and '<branch>:<branch to write to>'"
                : $"the template of the branch to write to has {text.Length} characters, allowed are {MaxTemplate}";
            return false;
        }

        if (!GoTemplate.TryParse(text, out var parsed, out problem))
        {
            problem = $"the branch to write to: {problem}";
            return false;
        }

        var tried = new BranchTemplate(parsed);
        template = tried.TryRender(Sample, out _, out problem) ? tried : null;
        return template is not null;
    }

    /// <param name="data">Values in it may hold characters that no branch has; they become <c>-</c>.</param>
    /// <param name="name">A valid name of at most <see cref="RefName.MaxBytes"/> bytes; a longer one is cut, and told apart from others by a hash at its end.</param>
    /// <param name="problem">The template itself makes a name that no branch can have.</param>
    public bool TryRender(BranchNameData data, [NotNullWhen(true)] out string? name, [NotNullWhen(false)] out string? problem)
    {
        name = null;
        if (!_template.TryRender(Model(data), out var text, out problem))
        {
            problem = $"the branch to write to: {problem}";
            return false;
        }

        var cut = Cut(text.Trim());
        problem = RefName.Check(cut) is { } wrong ? $"the branch to write to: {wrong}" : null;
        name = problem is null ? cut : null;
        return problem is null;
    }

    private static Dictionary<string, object?> Model(BranchNameData data) => new(StringComparer.Ordinal)
    {
        ["AppName"] = Part(data.Application.Name),
        ["AppNamespace"] = Part(data.Application.Namespace),
        ["TargetKey"] = Hash(data.Target)[..HashCharacters],
        ["SHA256"] = Hash(string.Concat(data.Changes.Select(change => $"{change.Alias}\n{change.Image}\n{change.NewTag}\n"))),
        ["Images"] = data.Changes.Select(change => (object?)new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Name"] = Part(change.Image),
            ["Alias"] = Part(change.Alias ?? ""),
            ["OldTag"] = Part(change.OldTag ?? ""),
            ["NewTag"] = Part(change.NewTag),
        }).ToList(),
    };

    private static string Part(string value) => string.Concat(value.Select(c => RefName.IsAllowed(c) ? c : '-')).Replace("..", "--", StringComparison.Ordinal);

    private static string Cut(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= RefName.MaxBytes)
            return name;
        var end = Math.Min(name.Length, RefName.MaxBytes - HashCharacters - 1);
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, end)) > RefName.MaxBytes - HashCharacters - 1 || char.IsHighSurrogate(name[end - 1]))
            end--;
        return $"{name[..end]}-{Hash(name)[..HashCharacters]}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
