using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Api.Triggers;

/// <summary>Reads what a caller wants looked at.</summary>
/// <param name="repositoryOf">How an image without registry is meant.</param>
/// <param name="argoCdNamespace">Of applications without one.</param>
internal sealed class TriggerAskReader(Func<ImageReference, RepositoryName> repositoryOf, string argoCdNamespace)
{
    private static readonly AskForm Form = new("{\"image\": \"registry.example.com/team/web\", \"tag\": \"1.5.0\"}", ["image", "tag", "digest", "application"], "urgent");

    /// <param name="body">JSON in UTF-8.</param>
    /// <param name="ask">What is wanted.</param>
    /// <param name="problem">A sentence.</param>
    public bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out TriggerAsk? ask, [NotNullWhen(false)] out string? problem)
    {
        ask = null;
        if (AskBody.TryRead(body, Form, out var said, out problem))
            problem = Read(said, out ask);
        return problem is null && ask is not null;
    }

    private string? Read(AskBody said, out TriggerAsk? ask)
    {
        ask = null;
        RepositoryName? image = null;
        if (said.Text("image") is { } imageText && !TryImage(imageText, out image, out var problem))
            return problem;
        Tag? tag = null;
        if (said.Text("tag") is { } tagText && !Tag.TryParse(tagText, out tag, out problem))
            return $"field 'tag': {problem}";
        Digest? digest = null;
        if (said.Text("digest") is { } digestText && !Digest.TryParse(digestText, out digest, out problem))
            return $"field 'digest': {problem}";
        NamespacedName? application = null;
        if (said.Text("application") is { } name && !NamespacedName.TryParse(name.Contains('/', StringComparison.Ordinal) ? name : $"{argoCdNamespace}/{name}", out application, out problem))
            return $"field 'application': {problem}";
        if (image is null && application is null)
            return "one of the fields 'image' and 'application' is needed";
        if (image is null && (tag is not null || digest is not null))
            return "the fields 'tag' and 'digest' are about an image: field 'image' is missing";
        ask = new TriggerAsk { Image = image, Tag = tag, Digest = digest, Application = application, IsUrgent = said.IsOn("urgent") };
        return null;
    }

    private bool TryImage(string text, [NotNullWhen(true)] out RepositoryName? image, [NotNullWhen(false)] out string? problem)
    {
        image = null;
        if (!ImageReference.TryParse(text, out var reference, out problem))
            problem = $"field 'image': {problem}";
        else if (reference.Version is not null)
            problem = $"field 'image': '{Shortened.Text(text)}' has a tag or a digest, these are fields of their own";
        else
            image = repositoryOf(reference);
        return image is not null;
    }
}
