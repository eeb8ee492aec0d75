using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Which keys have to have signed one image.</summary>
internal sealed class VerifyReader(ImageAnnotations annotations, NamespacedName application, AnnotationDefaults defaults)
{
    private const string None = "none";

    /// <param name="writesDigest">Otherwise what was verified may be something else by the time it runs.</param>
    public KeyReference? Read(bool writesDigest)
    {
        var value = annotations.Find(AnnotationKeys.Verify);
        if (value is null || value.Text == None)
            return null;
        var key = annotations.Read<KeyReference>(value, KeyReference.TryParse);
        if (key is KeyReference.SecretField { Secret: var secret } && SecretRule.Check(secret, application, defaults.AllowedSecretNamespaces) is { } problem)
            annotations.Problems.Add(value.Problem(problem));
        if (key is not null && !writesDigest)
            annotations.Notes.Add(value.Problem($"'{key}' verifies what a tag points to when it is written, and a tag that is pushed again later runs unverified; pin-digest: \"true\" writes the digest too"));
        return key;
    }
}
