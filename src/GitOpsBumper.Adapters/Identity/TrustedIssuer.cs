namespace GitOpsBumper.Adapters.Identity;

/// <summary>Somebody whose ID tokens are believed.</summary>
/// <param name="Issuer">As <c>iss</c> has it, to the letter: an https URL.</param>
/// <param name="Audience">One of <c>aud</c> has to be it.</param>
/// <param name="Authorities">Certificates in PEM that are trusted for its server besides those of the system; null: none.</param>
public sealed record TrustedIssuer(string Issuer, string Audience, string? Authorities);
