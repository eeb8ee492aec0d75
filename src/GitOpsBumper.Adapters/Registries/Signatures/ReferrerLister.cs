using System.Net;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Adapters.Registries.TagLists;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Adapters.Registries.Signatures;

/// <summary>Lists what may be signatures among the manifests that refer to an image.</summary>
internal static class ReferrerLister
{
    private const string CosignArtifact = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private const int MaxPages = 20;

    /// <summary>
    /// From the referrers API; from the index under the tag that stands in for it, where the registry does not know that. Without a filter, which is
    /// for one type: there are two, and not every registry heeds it.
    /// </summary>
    /// <exception cref="RegistryException">The registry could not be asked, or answers nonsense.</exception>
    public static async Task<IReadOnlyList<Referrer>> ListAsync(SignatureQuestion question, CancellationToken cancellationToken)
    {
        var ask = question.Ask($"referrers/{question.Digest}", RequestKind.Referrers, SignatureManifest.AcceptIndex);
        var reply = await question.Connection.SendAsync(ask, cancellationToken);
        if (KnowsNoReferrers(reply.Status))
            return await ListTaggedAsync(question, cancellationToken);
        var found = new List<Referrer>();
        var visited = new HashSet<Uri>();
        while (true)
        {
            visited.Add(ask.Url);
            if (reply.Status != HttpStatusCode.OK)
                throw RegistryFailures.Refused(ask, reply);
            found.AddRange(Read(ask, reply));
            if (NextPage.Find(ask, reply, "referrers") is not { } next)
                return found;
            if (visited.Count >= MaxPages)
                throw RegistryFailures.Unusable(ask, reply.Url, $"splits its referrers into more than {MaxPages} pages, which are not read");
            if (visited.Contains(next))
                throw RegistryFailures.Unusable(ask, reply.Url, "sends in a circle: the next page of its referrers is one that was read already");
            ask = ask with { Url = next };
            reply = await question.Connection.SendAsync(ask, cancellationToken);
        }
    }

    /// <summary>What registries answer to a path that they have never heard of.</summary>
    private static bool KnowsNoReferrers(HttpStatusCode status) => status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed
        or HttpStatusCode.NotAcceptable or HttpStatusCode.NotImplemented;

    private static async Task<IReadOnlyList<Referrer>> ListTaggedAsync(SignatureQuestion question, CancellationToken cancellationToken)
    {
        var tag = $"{question.Digest.Algorithm}-{question.Digest.Hex}";
        var ask = question.Ask($"manifests/{tag}", RequestKind.Referrers, SignatureManifest.AcceptIndex);
        var reply = await question.Connection.SendAsync(ask, cancellationToken);
        if (reply.Status == HttpStatusCode.NotFound)
            return [];
        if (reply.Status != HttpStatusCode.OK)
            throw RegistryFailures.Refused(ask, reply);
        ManifestSource.DigestOf(ask, reply, tag);
        return [.. Read(ask, reply)];
    }

    private static IEnumerable<Referrer> Read(RegistryAsk ask, HttpReply reply)
    {
        if (!SignatureManifest.TryReadReferrers(reply.Body, out var referrers))
            throw RegistryFailures.Unusable(ask, reply.Url, "sent something that is not a list of referrers");
        return referrers.Where(MayBeSignature);
    }

    /// <summary>A bundle may be an attestation as well; where the list does not say, it has to be looked at.</summary>
    private static bool MayBeSignature(Referrer referrer) => referrer.ArtifactType == CosignArtifact
        || (referrer.ArtifactType.StartsWith(SigstoreBundle.MediaType, StringComparison.Ordinal) && referrer.PredicateType is null or "" or SigstoreBundle.SignPredicate);
}
